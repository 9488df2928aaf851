"""A job's arguments or result as a file: what is too long for its page."""

import asyncio

from django.http import Http404, HttpResponse

from console.documents import Document, indented
from console.views.access import PageRequest, page
from console.views.paging import uuid_or_404
from jobs import db, store


@page("jobs.view_job")
async def job_document(request: PageRequest, id: str, part: str) -> HttpResponse:
    async with db.connection() as conn:
        job = await store.job_detail(conn, uuid_or_404(id), Document)
    if job is None or part not in store.DOCUMENTS:
        raise Http404
    text = await asyncio.to_thread(indented, job[part].text) if job[part] else "null"
    name = f"job-{job['id']}-{part}.json"
    return HttpResponse(
        text,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
