"""The first page: orders and jobs by state, one live chart, the processes that work."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from console.views.access import PageRequest, page
from console.words import WORDS
from jobs import db
from jobs import store as job_store
from orders import store as order_store

#: The chart's lines: what they count, and the tone they are drawn in.
SERIES = [(_("orders fulfilled"), "good"), (_("orders rejected"), "bad"), (_("jobs done"), "busy")]


@page("orders.view_order", "jobs.view_job")
async def dashboard(request: PageRequest) -> HttpResponse:
    async with db.connection() as conn:
        orders = await order_store.order_counts(conn)
        jobs = job_store.by_state(await job_store.job_counts(conn))
        workers = await job_store.workers(conn)
    return render(
        request,
        "dashboard.html",
        {
            "orders": orders,
            "order_states": list(WORDS["order"]),
            "jobs": jobs,
            "job_states": list(WORDS["job"]),
            "workers": workers,
            "series": SERIES,
        },
    )
