"""One job."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from console.views.access import PageRequest, page
from console.views.paging import uuid_or_404
from jobs import db, store


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
