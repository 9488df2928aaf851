"""The list of one account's transfers."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from console.views.access import PageRequest, page
from console.views.paging import TIME, Asked, Key, Sort, Unusable, turn
from jobs import db
from jobs.store import Row
from orders import store

FILTERS = ("side",)
BY_TIME = Sort("made", (UUID,), TIME)


@page("orders.view_account")
async def transfer_list(request: PageRequest, code: str) -> HttpResponse:
    """An account's transfers, newest first; ``?side=`` out or in."""
    asked = Asked.read(request, FILTERS, [BY_TIME], lambda _params: True)
    side = asked.params.get("side")
    if "\x00" in code:
        raise Http404
    if side not in (None, "out", "in"):
        raise Unusable("side")
    rows: dict[str, Row] = {}
    async with db.connection() as conn:
        account = await store.account_by_code(conn, code)
        if account is None:
            raise Http404

        async def keys(past: Key, down: bool, limit: int) -> list[Key]:
            found = await store.account_transfers(
                conn, account["id"], side=side, past=past[0] if past else None, down=down, limit=limit
            )
            rows.update((row["id"], row) for row in found)
            return [(row["id"],) for row in found]

        shown = await turn(asked, keys)
    if shown is None:
        return redirect(asked.path(request))
    context = {
        "account": account,
        "asked": asked,
        "page": shown,
        "rows": [rows[key[0]] for key in shown.keys],
        "sides": {"": _("all"), "out": _("out of the account"), "in": _("into the account")},
    }
    return render(request, "accounts/transfers.html", context)
