"""The list of orders: narrowed, sorted, searched, turned page by page, all of it in its address."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from console.live.filters import ANY
from console.views import days
from console.views.access import PageRequest, page
from console.views.filters import Field, chips, lead, say_dropped
from console.views.finding import Found, find_customer, find_order
from console.views.paging import (
    AMOUNT,
    TIME,
    Asked,
    Key,
    Page,
    Read,
    Sort,
    Unusable,
    moment,
    param,
    tidy,
    turn,
    whole,
)
from console.words import WORDS
from jobs import db
from jobs.pages import in_order
from orders import pages, store
from orders.customers import customer_name

FILTERS = ("state", "reference", "customer", "door", "attention", "since", "until", "zone")
#: Of these one at most: each has an index, no two have one together.
ONE_OF = ("reference", "customer", "door")
SORTS = (
    Sort("received", (UUID,), TIME),
    Sort("updated", (moment, UUID), TIME),
    Sort("total", (str, whole, UUID), AMOUNT),
)
KEYS = {
    "received": pages.keys_by_received,
    "updated": pages.keys_by_updated,
    "total": pages.keys_by_total,
}
#: What the hub decides, row by row; with anything else a page hears that its list has changed.
DECIDED = {"state", "customer", "door", "attention"}


@page("orders.view_order")
async def order_list(request: PageRequest) -> HttpResponse:
    """Newest orders first, unless the address says otherwise; ``?q=`` finds what is typed into the box."""
    asked = read(request)
    query = param(request, "q")
    async with db.connection() as conn:
        found, customer = await find(conn, query, asked)
        if found and found.href:
            return lead(request, found)
        address = None if found else tidy(request, asked)
        fields = fields_of(asked.params)
        say_dropped(request, asked, {field.name: field.label for field in fields})
        if address:
            return redirect(address)
        try:
            wanted = which(asked.params)
        except ValueError:
            found = Found(_("A day is written like 2026-11-24."))
        shown = Page.empty(asked) if found else await turn(asked, reader(conn, asked, wanted))
        if shown is None:
            return redirect(asked.path(request))
        rows = in_order(await store.order_rows(conn, [key[-1] for key in shown.keys]), shown.keys)
        unknown = found and "customer" in asked.params
        counts = {} if unknown else await counted(conn, asked.params)
    return render(
        request,
        "orders/list.html",
        {
            "asked": asked,
            "page": shown,
            "rows": rows,
            "found": found,
            "query": query or "",
            "counts": counts,
            "most": store.MOST if asked.params.keys() - {"state"} else "",
            "states": list(WORDS["order"]),
            "decided": asked.told and not asked.params.keys() - DECIDED,
            "fields": fields,
            "chips": chips(asked, fields, {"customer": customer or ""}),
        },
    )


def read(request: PageRequest) -> Asked:
    asked = Asked.read(request, FILTERS, SORTS, lambda params: not params.keys() - {"state", "zone"})
    asked.one_of(ONE_OF)
    if "attention" in asked.params:
        asked.params["attention"] = ANY
    if not {"since", "until"} & asked.params.keys():
        asked.params.pop("zone", None)
    if asked.params.get("state", "received") not in WORDS["order"]:
        raise Unusable("state")
    return asked


async def find(conn: db.Connection, query: str | None, asked: Asked) -> tuple[Found | None, str | None]:
    """What the search box leads to, if it was used; else what the filter's customer is called. One who is not
    named by a code has to be found, too.
    """
    if query:
        return await find_order(conn, query), None
    text = asked.params.get("customer")
    if text is None:
        return None, None
    if name := await customer_name(conn, text):
        return None, f"{name} · {text}"
    nothing = _("No customer is called “%(text)s”.") % {"text": text}
    return await find_customer(conn, text, "orders", nothing), None


def which(params: dict[str, str]) -> pages.Which:
    """Raises ValueError for a day that is none."""
    zone = days.zone_of(params.get("zone"))
    return pages.Which(
        state=params.get("state"),
        customer=params.get("customer"),
        door=params.get("door"),
        reference=params.get("reference"),
        attention="attention" in params,
        since=days.start(params["since"], zone) if "since" in params else None,
        until=days.end(params["until"], zone) if "until" in params else None,
    )


async def counted(conn: db.Connection, params: dict[str, str]) -> dict[str, int]:
    """Counts by state beside the list, where they are to be had: of all orders, of one customer's, of those
    that need a person.
    """
    narrowed = params.keys() - {"state"}
    if not narrowed:
        return await store.order_counts(conn)
    if narrowed == {"attention"}:
        return await store.attention_counts(conn)
    return await store.customer_counts(conn, params["customer"]) if narrowed == {"customer"} else {}


def reader(conn: db.Connection, asked: Asked, wanted: pages.Which) -> Read:
    async def keys(past: Key, down: bool, limit: int) -> list[Key]:
        return await KEYS[asked.sort.code](conn, wanted, past, down=down, limit=limit)

    return keys


def fields_of(params: dict[str, str]) -> list[Field]:
    doors = [(code, str(name)) for code, name in WORDS["door"].items()]
    zone = days.zone_of(params.get("zone")).key
    return [
        Field("customer", _("Customer"), "text", params.get("customer", "")),
        Field("reference", _("Reference"), "text", params.get("reference", "")),
        Field("door", _("Door"), "choice", params.get("door", ""), doors),
        Field("since", _("From (%(zone)s)") % {"zone": zone}, "date", params.get("since", "")),
        Field("until", _("Until (%(zone)s)") % {"zone": zone}, "date", params.get("until", "")),
        Field("attention", _("Needs a person"), "check", params.get("attention", "")),
    ]
