"""Jobs of the fault tests: enqueued, counted, and what they did for good."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from jobs import db, store
from jobs.enqueue import enqueue_on, new_job
from orders import ledger_check
from tests.faults.history import unleased
from tests.support import eventually


@asynccontextmanager
async def effects() -> AsyncIterator[None]:
    """The table that tests/faults/tasks.py writes to."""
    fetch = db.pool().execute
    await fetch("CREATE TABLE fault_effect (job uuid NOT NULL, name text NOT NULL, pid integer NOT NULL)")
    try:
        yield
    finally:
        await fetch("DROP TABLE fault_effect")


async def enqueue(task: Any, *calls: tuple[Any, ...]) -> list[UUID]:
    """One job a call, in one transaction; their ids."""
    jobs = [new_job(task, *args) for args in calls]
    async with db.transaction() as tx:
        await enqueue_on(tx, jobs)
    return [job.id for job in jobs]


async def written() -> Counter[str]:
    """How often each name took effect."""
    return Counter(row["name"] for row in await db.pool().fetch("SELECT name FROM fault_effect"))


async def detail(id: UUID) -> dict[str, Any]:
    async with db.connection() as conn:
        found = await store.job_detail(conn, id)
    assert found is not None, f"job {id} is lost"
    return found


async def ended(ids: list[UUID], seconds: float = 40.0) -> list[dict[str, Any]]:
    """The details of these jobs once all are in history."""

    async def none_is_hot() -> bool:
        return await db.pool().fetchval("SELECT count(*) = 0 FROM job WHERE id = ANY ($1)", ids)

    await eventually(none_is_hot, seconds)
    return [await detail(id) for id in ids]


async def assert_whole() -> None:
    """No job runs unleased, and the books are right."""
    async with db.connection() as conn:
        assert await unleased(conn) == []
    assert await ledger_check.check() == []
