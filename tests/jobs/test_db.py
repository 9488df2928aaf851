"""Connections and transactions: whatever the peer does, they are bounded, and cost no slot."""

import asyncio

import asyncpg
import pytest
import pytest_asyncio

from jobs import db
from jobs.changes import Change
from tests.jobs.engine.test_listener import within

LOCK, UNLOCK = "SELECT pg_advisory_lock(8643)", "SELECT pg_advisory_unlock(8643)"


@pytest_asyncio.fixture
async def mute(session_pool, monkeypatch):
    """A peer that answers neither a ROLLBACK nor a reset until the test is over, as a half-open one."""
    real = asyncpg.Connection.execute

    async def execute(self, query, *args, timeout=None):
        if query.startswith("ROLLBACK") or "UNLISTEN" in query:
            query = LOCK
        return await real(self, query, *args, timeout=timeout)

    async with db.connection(None) as holder:
        await holder.execute(LOCK)
        with monkeypatch.context() as patch:
            patch.setattr(asyncpg.Connection, "execute", execute)
            yield
        await holder.execute(UNLOCK)


async def whole():
    """Is every slot of the pool free?"""
    size = db.pool().get_max_size()
    conns = [await within(db.pool().acquire()) for _ in range(size)]
    for conn in conns:
        await db.pool().release(conn)


@pytest.mark.usefixtures("session_pool")
async def test_what_takes_too_long_raises_a_time_out_and_costs_no_slot():
    for _ in range(db.pool().get_max_size() + 1):
        with pytest.raises(TimeoutError):
            async with db.connection(0.01) as conn:
                await conn.execute("SELECT pg_sleep(30)")
    await whole()


@pytest.mark.usefixtures("mute")
async def test_a_cancelled_transaction_ends_although_nobody_answers():
    begun = asyncio.Event()

    async def dawdle():
        async with db.transaction():
            begun.set()
            await asyncio.Event().wait()

    dawdling = asyncio.create_task(dawdle())
    await within(begun.wait())
    dawdling.cancel()
    await asyncio.wait({dawdling}, timeout=10)
    assert dawdling.cancelled()  # not a time-out, nor an error of the rollback


@pytest.mark.usefixtures("mute")
async def test_an_error_stays_itself_where_the_rollback_is_not_answered():
    with pytest.raises(ZeroDivisionError):
        async with db.transaction():
            raise ZeroDivisionError


@pytest.mark.usefixtures("mute")
async def test_what_is_committed_does_not_look_undone_where_the_connection_is_lost_afterwards():
    async with db.transaction() as tx:
        await tx.conn.execute("SELECT 1")
        tx.announce(Change("job", "1", 1))


async def test_a_transaction_that_stays_idle_for_a_lease_is_ended_by_the_server(session_pool, settings):
    settings.JOBS = settings.JOBS | {"LEASE": 0.1}
    conn = await asyncpg.connect(**db.connect_options())
    ended = asyncio.Event()
    conn.add_termination_listener(lambda _conn: ended.set())
    await conn.execute("BEGIN")
    await within(ended.wait())


async def test_a_pool_smaller_than_its_least_is_opened_as_small(session_pool, settings, monkeypatch):
    settings.DATABASE_POOL = (5, 1)
    with monkeypatch.context() as patch:
        patch.setattr(db, "_room", None)
        small = await db.open_pool()
        assert (small.get_min_size(), small.get_max_size()) == (1, 1)
        await small.close()


async def test_a_pooler_that_cannot_be_noticed_is_named_by_the_setting(
    session_pool, settings, monkeypatch
) -> None:
    monkeypatch.setattr(db, "_pooled", None)
    settings.DATABASE_POOLED = True
    assert await db.look_for_pooler() is True
    conn = await asyncpg.connect(**db.connect_options())
    try:
        assert await conn.fetchval("SHOW plan_cache_mode") == "auto", "nothing is left on a connection"
    finally:
        await conn.close()
