"""Connections for the engine's own statements: whatever the peer does, the time is bounded."""

import asyncio

import asyncpg
import pytest
import pytest_asyncio

from jobs import db
from jobs.away import LOST
from jobs.engine.guarded import guarded
from tests.jobs.engine.test_listener import within


@pytest_asyncio.fixture
async def mute(session_pool, monkeypatch):
    """A peer that answers no ROLLBACK until the test is over, as a half-open one."""
    real = asyncpg.Connection.execute

    async def execute(self, query, *args, timeout=None):
        if query.startswith("ROLLBACK"):
            query = "SELECT pg_advisory_lock(8642)"
        return await real(self, query, *args, timeout=timeout)

    async with db.connection() as holder:
        await holder.execute("SELECT pg_advisory_lock(8642)")
        with monkeypatch.context() as patch:
            patch.setattr(asyncpg.Connection, "execute", execute)
            yield
        await holder.execute("SELECT pg_advisory_unlock(8642)")


@pytest.mark.usefixtures("mute")
async def test_a_transaction_does_not_outlive_its_time():
    async def dawdle():
        async with guarded(0.05) as conn, conn.transaction():
            await asyncio.Event().wait()

    dawdling = asyncio.create_task(dawdle())
    done, _ = await asyncio.wait({dawdling}, timeout=5)
    dawdling.cancel()
    assert done
    assert isinstance(dawdling.exception(), LOST)


@pytest.mark.usefixtures("session_pool")
async def test_time_that_runs_out_between_two_statements_ends_the_block_and_costs_no_slot():
    async def dawdle():
        async with guarded(0.01):
            await asyncio.Event().wait()

    for _ in range(db.pool().get_max_size() + 1):
        with pytest.raises(TimeoutError):
            await within(dawdle())
    async with guarded() as conn:
        assert await conn.fetchval("SELECT 1") == 1
