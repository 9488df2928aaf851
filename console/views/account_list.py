"""The list of accounts."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from console.views.access import PageRequest, page
from console.views.filters import Field, chips, lead, say_dropped
from console.views.finding import find_account
from console.views.paging import NAME, Asked, Key, Page, Sort, param, tidy, turn
from jobs import db
from jobs.store import Row
from orders import store

ACCOUNTS = ("currency", "customer")
BY_CODE = Sort("code", (str,), NAME, down=False)


@page("orders.view_account")
async def account_list(request: PageRequest) -> HttpResponse:
    """Accounts by code; ``?q=`` finds what is typed into the box."""
    asked = Asked.read(request, ACCOUNTS, [BY_CODE], lambda _params: True)
    asked.one_of(("customer", "currency"))
    query = param(request, "q")
    rows: dict[str, Row] = {}
    async with db.connection() as conn:

        async def keys(past: Key, down: bool, limit: int) -> list[Key]:
            after = past[0] if past else None
            found = await store.accounts_page(conn, **asked.params, after=after, down=down, limit=limit)
            rows.update((row["code"], row) for row in found)
            return [(row["code"],) for row in found]

        found = await find_account(conn, query) if query else None
        if found and found.href:
            return lead(request, found)
        currencies = [(each, each) for each in await store.account_currencies(conn)]
        fields = [
            Field("currency", _("Currency"), "choice", asked.params.get("currency", ""), currencies),
            Field("customer", _("Customer"), "text", asked.params.get("customer", "")),
        ]
        address = None if found else tidy(request, asked)
        say_dropped(request, asked, {field.name: field.label for field in fields})
        if address:
            return redirect(address)
        shown = Page.empty(asked) if found else await turn(asked, keys)
    if shown is None:
        return redirect(asked.path(request))
    context = {
        "asked": asked,
        "page": shown,
        "rows": [rows[key[0]] for key in shown.keys],
        "found": found,
        "query": query or "",
        "fields": fields,
        "chips": chips(asked, fields),
    }
    return render(request, "accounts/list.html", context)
