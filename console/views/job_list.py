"""The list of jobs: narrowed, sorted, searched, turned page by page, all of it in its address."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from console.views.access import PageRequest, page
from console.views.filters import Field, chips, lead, say_dropped
from console.views.finding import find_job
from console.views.paging import TIME, Asked, Key, Page, Read, Sort, Unusable, moment, param, tidy, turn
from console.words import WORDS
from jobs import db, pages, store

FILTERS = ("state", "subject", "task", "queue")
#: Of these one at most: each has an index, no two have one together.
ONE_OF = ("subject", "task", "queue")
SORTS = (Sort("made", (UUID,), TIME), Sort("finished", (moment, UUID), TIME))
KEYS = {"made": pages.keys_by_made, "finished": pages.keys_by_finished}


@page("jobs.view_job")
async def job_list(request: PageRequest) -> HttpResponse:
    """Newest jobs first, unless the address says otherwise; ``?q=`` finds what is typed into the box."""
    asked = read(request)
    query = param(request, "q")
    async with db.connection() as conn:
        found = None
        if query:
            found = await find_job(conn, query, may_see_orders=request.user.has_perm("orders.view_order"))
            if found.href:
                return lead(request, found)
        counted = await store.job_counts(conn)
        fields = fields_of(asked.params, counted)
        address = None if found else tidy(request, asked)
        say_dropped(request, asked, {field.name: field.label for field in fields})
        if address:
            return redirect(address)
        wanted = pages.Which(**asked.params)
        shown = Page.empty(asked) if found else await turn(asked, reader(conn, asked, wanted))
        if shown is None:
            return redirect(asked.path(request))
        found_rows = await store.job_rows(conn, [key[-1] for key in shown.keys])
    rows = wanted.still(pages.in_order(found_rows, shown.keys))
    only = {name: asked.params.get(name) for name in ("task", "queue")}
    return render(
        request,
        "jobs/list.html",
        {
            "asked": asked,
            "page": shown,
            "rows": rows,
            "found": found,
            "query": query or "",
            "counts": {} if "subject" in asked.params else store.by_state(counted, **only),
            "states": list(WORDS["job"]),
            "decided": asked.told,
            "fields": fields,
            "chips": chips(asked, fields),
        },
    )


def read(request: PageRequest) -> Asked:
    asked = Asked.read(request, FILTERS, SORTS, lambda params: not params)
    asked.one_of(ONE_OF)
    if asked.params.get("state", "ready") not in WORDS["job"]:
        raise Unusable("state")
    return asked


def reader(conn: db.Connection, asked: Asked, wanted: pages.Which) -> Read:
    async def keys(past: Key, down: bool, limit: int) -> list[Key]:
        return await KEYS[asked.sort.code](conn, wanted, past, down=down, limit=limit)

    return keys


def fields_of(params: dict[str, str], counted: list[store.Row]) -> list[Field]:
    """Tasks and queues to choose from are those that had jobs lately, and the one that is chosen."""

    def choice(name: str, label: str) -> Field:
        value = params.get(name, "")
        names = sorted({row[name] for row in counted} | ({value} if value else set()))
        return Field(name, label, "choice", value, [(each, each) for each in names])

    about = Field("subject", _("About"), "text", params.get("subject", ""))
    return [choice("task", _("Task")), choice("queue", _("Queue")), about]
