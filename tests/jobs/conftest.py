"""What the engine's tests share: engines that beat fast and are always stopped, and fresh gates."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from jobs import db, store
from jobs.engine.engine import Engine
from jobs.enqueue import enqueue_on, new_job
from tests.jobs import sample_tasks
from tests.support import eventually

FAST: dict[str, Any] = {
    "QUEUES": {"default": {"slots": 4, "prefetch": 20}},
    "BEAT": 0.2,
    "LEASE": 3.0,
    "FENCE": 2.0,
    "POLL": 0.3,
    "GRACE": 2.0,
    "HISTORY_DAYS": 30,
}


@pytest.fixture(autouse=True)
def fresh_samples() -> Iterator[None]:
    sample_tasks.gates.clear()
    sample_tasks.calls.clear()
    yield
    for gate in sample_tasks.gates.values():
        gate.opened.set()


@pytest_asyncio.fixture
async def make_engine(database: None) -> AsyncIterator[Callable[..., Any]]:
    """Makes started engines; their settings are FAST with the given ones instead."""
    engines: list[Engine] = []

    async def make(**changes: Any) -> Engine:
        engine = Engine(FAST | changes)
        engines.append(engine)
        await engine.start()
        return engine

    yield make
    for engine in engines:
        await engine.stop(grace=0)


async def enqueue(task: Any, *args: Any, **kwargs: Any) -> UUID:
    """Enqueue one job in a transaction of its own; its id."""
    job = new_job(task, *args, **kwargs)
    async with db.transaction() as tx:
        await enqueue_on(tx, [job])
    return job.id


async def detail(id: UUID) -> dict[str, Any]:
    async with db.connection() as conn:
        found = await store.job_detail(conn, id)
    assert found is not None
    return found


async def when(id: UUID, *states: str, seconds: float = 10.0) -> dict[str, Any]:
    """The job's detail once it is in one of these states."""

    async def look() -> dict[str, Any] | None:
        found = await detail(id)
        return found if found["state"] in states else None

    return await eventually(look, seconds)


async def ended(id: UUID, seconds: float = 10.0) -> dict[str, Any]:
    """The job's detail once it is in history."""
    return await when(id, "succeeded", "failed", "cancelled", seconds=seconds)


async def rows(statement: str, *args: Any) -> list[dict[str, Any]]:
    async with db.connection() as conn:
        return await db.fetch_dicts(conn, statement, *args)
