"""The first page: is everything all right? All that is live there is in the page as it comes, too."""

from typing import NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from console.live.sampler import look
from console.views.access import PageRequest, page
from console.views.first import first_page
from console.words import WORDS
from jobs.store import Row
from orders.store import MOST


class Line(NamedTuple):
    """A chart's line: what it tells, the tone it is drawn in, and its dashes, which chart.js names. No two
    lines of a chart have the same: colour is not all that tells them apart.
    """

    label: str | Promise
    tone: str
    dash: str = ""


#: The lines of what happens each second, of orders' latency and of jobs'.
SERIES = [
    Line(_("orders fulfilled"), "good"),
    Line(_("orders rejected"), "bad", "dashed"),
    Line(_("jobs done"), "busy", "dotted"),
]
ORDER_LINES = [Line(_("half within"), "good"), Line(_("95 of 100 within"), "good", "dashed")]
JOB_LINES = [
    Line(_("half waited up to"), "wait"),
    Line(_("95 of 100 waited up to"), "wait", "dashed"),
    Line(_("half ran up to"), "busy", "dotted"),
    Line(_("95 of 100 ran up to"), "busy", "dashdot"),
]


def grouped(workers: list[Row]) -> list[Row]:
    """A process's rows, one a queue, as a group: ``more`` are those below its first. dashboard.js knows."""
    ids = [row["id"].partition("/")[0] for row in workers]
    return [row | {"more": id == above} for row, id, above in zip(workers, ids, ["", *ids], strict=False)]


@page("orders.view_order", "jobs.view_job", instead=first_page)
async def dashboard(request: PageRequest) -> HttpResponse:
    seen = await look()
    return render(
        request,
        "dashboard.html",
        seen
        | {
            "workers": grouped(seen["workers"]),
            "order_states": list(WORDS["order"]),
            "job_states": list(WORDS["job"]),
            "series": SERIES,
            "order_lines": ORDER_LINES,
            "job_lines": JOB_LINES,
            "most": MOST,
        },
    )
