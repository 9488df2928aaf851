"""Jobs, read one by one and in pages."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from console.api import schema
from console.api.access import Bearer
from console.api.openapi import problems
from console.api.paging import Limit, asked, page
from console.api.problems import not_found
from console.cut import cut, readable
from jobs import db, store
from orders.schema import Text

router = Router(tags=["jobs"])


@router.get(
    "",
    auth=Bearer("jobs.view_job"),
    response=schema.JobPage,
    openapi_extra=problems(400, 401, 403, 422, 503),
    operation_id="list_jobs",
)
async def list_jobs(
    request: HttpRequest,
    state: schema.JobState | None = None,
    task: Text | None = None,
    queue: Text | None = None,
    before: UUID | None = None,
    limit: Limit = 50,
) -> Any:
    """A page of jobs, newest first, finished or not."""
    asked(request, "state", "task", "queue", "before", "limit")
    async with db.connection() as conn:
        rows = await store.jobs_page(
            conn, state=state, task=task, queue=queue, before=before, limit=limit + 1
        )
    return page("jobs", rows, limit)


@router.get(
    "/{uuid:id}",
    auth=Bearer("jobs.view_job"),
    response=schema.JobDetail,
    openapi_extra=problems(401, 403, 404, 503),
    operation_id="get_job",
)
async def get_job(request: HttpRequest, id: UUID) -> Any:
    """One job with its arguments, result and the attempts that did not succeed."""
    async with db.connection() as conn:
        detail = await store.job_detail(conn, id, readable)
    if detail is None:
        raise not_found()
    return cut(detail)
