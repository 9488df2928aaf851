"""The demo's orders go through a running engine, past real carriers."""

import asyncio
from collections.abc import AsyncIterator
from random import Random

import asyncpg
import pytest
import pytest_asyncio
from django.contrib.auth.models import User
from django.db import OperationalError
from pytest_django.fixtures import Settings

from console.demo import traffic
from console.demo.shopper import Mix, Shopper
from console.demo.supply import open_shop, top_up
from console.demo.traffic import Traffic, open_with
from console.demo.upstream import Upstream
from jobs import db
from jobs.engine.process import Process
from jobs.fetch.client import close_client
from orders import ledger_check, store
from tests.support import eventually


@pytest_asyncio.fixture
async def client(database: None) -> int:
    """A filled shop, and the user orders come from."""
    await open_shop()
    await top_up()
    return (await User.objects.acreate(username="operator")).pk


@pytest_asyncio.fixture
async def process(client: int, settings: Settings) -> AsyncIterator[Process]:
    upstream, process = Upstream(Random(4)), Process()
    await upstream.start()
    settings.CARRIERS, settings.FETCH_ALLOW = upstream.carriers, upstream.hosts
    await process.start()
    yield process
    await process.stop()
    await close_client()
    await upstream.stop()


async def counts() -> dict[str, int]:
    async with db.connection() as conn:
        return await store.order_counts(conn)


async def test_the_opening_orders_are_followed_to_their_end(process: Process, client: int) -> None:
    opening = await open_with(process, Shopper(Random(1)), client=client, count=20)
    assert opening.states == {"fulfilled": 20}
    assert opening.explained == []
    assert await ledger_check.check() == []


async def test_an_opening_that_takes_too_long_says_where_its_orders_are(client: int) -> None:
    idle = Process(run_jobs=False)
    await idle.start()
    try:
        opening = await open_with(idle, Shopper(Random(1)), client=client, count=2, timeout=0.1)
    finally:
        await idle.stop()
    assert opening.states == {"received": 2}
    assert all("received" in line for line in opening.explained)


async def test_the_stream_has_refusals_in_it_with_reasons(process: Process, client: int) -> None:
    mix = Mix(plain=2, modest=0, rare=0, greedy=2, broke=2, heavy=0)
    stream = Traffic(Shopper(Random(2), mix), client=client, rate=40)
    stream.start()

    async def enough() -> bool:
        now = await counts()
        return now["fulfilled"] >= 4 and now["rejected"] >= 8

    await eventually(enough, 20)
    await stream.stop()
    async with db.connection() as conn:
        rejected = await store.orders_page(conn, state="rejected")
    reasons = " ".join(row["reason"] for row in rejected)
    assert "stock" in reasons
    assert "funds" in reasons


async def test_a_full_desk_pauses_the_stream_until_it_has_room(
    client: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traffic, "BACKLOG", 3)
    monkeypatch.setattr(traffic, "ROUND", 0.05)
    stream = Traffic(Shopper(Random(3)), client=client, rate=100)
    stream.start()
    await eventually(lambda: _is_paused(stream))
    await stream.stop()
    before = (await counts())["received"]
    assert before >= 3
    stream.start()
    monkeypatch.setattr(traffic, "BACKLOG", 10_000)

    async def more() -> bool:
        return (await counts())["received"] > before

    await eventually(more)
    await stream.stop()


async def _is_paused(stream: Traffic) -> bool:
    return not stream._flowing.is_set()


async def test_a_rate_of_nothing_sends_nothing_and_stopping_twice_is_harmless(client: int) -> None:
    quiet = Traffic(Shopper(Random(5)), client=client, rate=0)
    await quiet.stop()
    quiet.start()
    await quiet.stop()
    await quiet.stop()
    assert sum((await counts()).values()) == 0


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(ConnectionRefusedError(), id="nobody listens"),
        pytest.param(asyncpg.InternalClientError(), id="cut while nothing ran on it"),
        pytest.param(OperationalError(), id="cut under the ORM"),
    ],
)
async def test_a_database_that_is_away_is_outlived(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr(traffic, "BREAK", 0.0)
    tried = asyncio.Event()

    async def away() -> None:
        tried.set()
        raise error

    await traffic._patiently(away)
    assert tried.is_set()
