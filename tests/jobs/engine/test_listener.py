"""The ear: hears others, comes back after a loss and says so."""

import asyncio

import pytest

from jobs import db
from jobs.changes import Change
from jobs.engine import listener as listener_module
from jobs.engine.announcer import CHANNEL, notify_once
from jobs.engine.listener import Listener
from tests.jobs.conftest import rows

ITS_BACKEND = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"


@pytest.fixture
async def listener(session_pool):
    listener = Listener("me")
    yield listener
    await listener.stop()


def heard(listener):
    queue = asyncio.Queue()
    listener.subscribe(queue.put_nowait)
    return queue


async def within(awaitable, seconds=5):
    async with asyncio.timeout(seconds):
        return await awaitable


async def test_it_hears_what_another_process_announces(listener):
    queue = heard(listener)
    await listener.start()
    await notify_once([Change("job", "1", 2), Change("ready", "default")])
    assert await within(queue.get()) == [Change("job", "1", 2), Change("ready", "default", 0)]


async def test_it_skips_what_its_own_process_announces(listener):
    queue = heard(listener)
    await listener.start()
    async with db.connection() as conn:
        await conn.execute("SELECT pg_notify($1, $2)", CHANNEL, '{"p":"me","c":[["job","1",2]]}')
    await notify_once([Change("job", "3", 4)])
    assert await within(queue.get()) == [Change("job", "3", 4)]


async def test_it_survives_nonsense_and_a_subscriber_that_raises(listener):
    def raises(_changes):
        raise ZeroDivisionError

    listener.subscribe(raises)
    queue = heard(listener)
    await listener.start()
    async with db.connection() as conn:
        for nonsense in ("", "no json", "[]", '{"p":"x"}', '{"p":"x","c":[["job"]]}'):
            await conn.execute("SELECT pg_notify($1, $2)", CHANNEL, nonsense)
    await notify_once([Change("job", "5", 6)])
    assert await within(queue.get()) == [Change("job", "5", 6)]


async def test_it_listens_again_after_its_connection_is_cut_and_says_so(listener):
    queue = heard(listener)
    again = asyncio.Event()
    listener.on_reconnect(again.set)
    await listener.start()
    assert not again.is_set()
    for _ in range(3):
        again.clear()
        pids = [row["pid"] for row in await rows(ITS_BACKEND)]
        assert pids
        await rows("SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid", pids)
        await within(again.wait())
    await notify_once([Change("job", "7", 8)])
    assert await within(queue.get()) == [Change("job", "7", 8)]


async def test_a_peer_that_does_not_answer_a_ping_is_left(listener, monkeypatch):
    monkeypatch.setattr(listener_module, "PING", 0.01)
    again = asyncio.Event()
    listener.on_reconnect(again.set)
    real, answers = listener_module.asyncpg.Connection.execute, []

    async def mute_once(self, query, *args, timeout=None):
        if query == "SELECT 1" and not answers:
            answers.append("none")
            raise TimeoutError
        return await real(self, query, *args, timeout=timeout)

    monkeypatch.setattr(listener_module.asyncpg.Connection, "execute", mute_once)
    await listener.start()
    await within(again.wait())


async def test_it_stops_twice_and_before_its_start(listener):
    await listener.stop()
    await listener.start()
    await listener.stop()
    await listener.stop()
