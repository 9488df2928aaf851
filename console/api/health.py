"""Is this process ready for work? For load balancers, and for who waits for a start."""

import asyncio
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from console.api import schema
from console.api.openapi import problems
from console.api.problems import Problem
from jobs import db, store
from jobs.engine import process

router = Router(tags=["health"])

#: Seconds the database has for its answer.
PATIENCE = 2.0


@router.get(
    "",
    auth=None,
    response=schema.Ready,
    exclude_none=True,
    openapi_extra=problems(503),
    operation_id="health",
)
async def health(request: HttpRequest) -> Any:
    """200 while the database answers and this process's engine, if it runs one, takes jobs; else 503."""
    async with asyncio.timeout(PATIENCE), db.connection() as conn:
        await store.workers(conn)  # a small table: there and back
    running = process.current()
    if running is not None and running.engine is not None and not running.engine.status()["ready"]:
        raise Problem(503, "not_ready", _("this process takes no work now"), retry_after=1)
    standing = running.standing if running is not None else None
    if standing is None:
        return {"status": "ready"}
    connections = {"most": standing.budget.total, "processes_fit": standing.fitting}
    return {"status": "ready", "connections": connections}
