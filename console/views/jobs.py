"""One job."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from console.actions import JOB_ACTIONS, Action, offered, shown
from console.documents import Document
from console.job_control import order_of
from console.views.access import PageRequest, page
from console.views.confirm import confirm
from console.views.paging import uuid_or_404
from jobs import db, store
from orders import store as orders


@page("jobs.view_job")
async def job_page(request: PageRequest, id: str) -> HttpResponse:
    """One job, with its order beside it and what may be done with it."""
    job = await job_or_404(uuid_or_404(id))
    about, order = order_of(job["subject"]), None
    if about and request.user.has_perm("orders.view_order"):
        async with db.connection() as conn:
            rows = await orders.order_rows(conn, [about])
            order = rows[0] | {"jobs": await store.jobs_about(conn, job["subject"])} if rows else None
    doings = offered(JOB_ACTIONS, request.user, job["actions"], id=job["id"], key=job["id"])
    address = request.build_absolute_uri(f"/api/v1/jobs/{job['id']}")
    context = {"job": job, "order": order, "doings": doings, "address": address}
    return render(request, "jobs/detail.html", context)


async def job_or_404(id: UUID) -> store.Row:
    async with db.connection() as conn:
        job = await store.job_detail(conn, id, Document)
    if job is None:
        raise Http404
    return job


async def confirm_job(request: PageRequest, action: Action, id: UUID) -> HttpResponse:
    """The question before an action, as a page."""
    job = await job_or_404(id)
    asked = shown(action, request.user, job["actions"][action.name], id=job["id"], key=job["id"])
    return confirm(request, asked, job["task"], reverse("job", args=[id]))
