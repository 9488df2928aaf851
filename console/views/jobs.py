"""Jobs: the list and one job."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from console.views.access import PageRequest, page
from console.views.paging import PAGE, before, older, param, uuid_or_404
from console.words import WORDS
from jobs import db, store


@page("jobs.view_job")
async def job_list(request: PageRequest) -> HttpResponse:
    """Newest jobs first, of one state, queue or task, or of all."""
    state = param(request, "state")
    if state is not None and state not in WORDS["job"]:
        raise Http404
    queue, task = param(request, "queue"), param(request, "task")
    cursor = before(request)
    async with db.connection() as conn:
        rows = await store.jobs_page(conn, state=state, task=task, queue=queue, before=cursor, limit=PAGE + 1)
        counts = store.by_state(await store.job_counts(conn), task=task, queue=queue)
    rows, next_cursor = older(rows)
    return render(
        request,
        "jobs/list.html",
        {
            "rows": rows,
            "state": state,
            "queue": queue,
            "task": task,
            "counts": counts,
            "states": list(WORDS["job"]),
            "total": sum(counts.values()),
            "older": next_cursor,
            "newest": cursor is None,
        },
    )


@page("jobs.view_job")
async def job_page(request: PageRequest, id: str) -> HttpResponse:
    async with db.connection() as conn:
        job = await store.job_detail(conn, uuid_or_404(id))
    if job is None:
        raise Http404
    return render(request, "jobs/detail.html", {"job": job, "order": order_of(job["subject"])})


def order_of(subject: str) -> str | None:
    """The order a job is about, by its subject ``order:<id>``."""
    kind, _, id = subject.partition(":")
    return id if kind == "order" and id else None
