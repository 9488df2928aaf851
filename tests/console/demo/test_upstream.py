"""The demo's carriers answer as their names promise, over real sockets."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from random import Random

import aiohttp
import pytest
import pytest_asyncio

from console.demo.upstream import CARRIERS, MAX_WEIGHT, Upstream, flaky, steady, swift


@pytest_asyncio.fixture
async def upstream() -> AsyncIterator[Upstream]:
    upstream = Upstream(Random(7))
    await upstream.start()
    yield upstream
    await upstream.stop()


@pytest_asyncio.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        yield session


async def test_each_carrier_has_a_loopback_port_of_its_own(upstream: Upstream) -> None:
    assert list(upstream.carriers) == ["swift", "steady", "flaky"]
    assert len(set(upstream.hosts)) == 3
    assert all(host.startswith("127.0.0.1:") for host in upstream.hosts)


@pytest.mark.parametrize("carrier", ["swift", "steady"])
async def test_a_quote_is_a_whole_number_and_a_currency(
    upstream: Upstream, session: aiohttp.ClientSession, carrier: str
) -> None:
    async with session.get(upstream.carriers[carrier], params={"order": "x", "weight": "3"}) as response:
        quote = await response.json()
    assert response.status == 200
    assert isinstance(quote["price"], int)
    assert quote["currency"] == "EUR"


async def test_steady_takes_its_time(upstream: Upstream, session: aiohttp.ClientSession) -> None:
    began = time.monotonic()
    async with session.get(upstream.carriers["steady"]) as response:
        await response.read()
    assert time.monotonic() - began >= 1.4


async def test_flaky_says_when_to_come_back(upstream: Upstream, session: aiohttp.ClientSession) -> None:
    for _ in range(60):
        async with session.get(upstream.carriers["flaky"]) as response:
            if response.status == 429:
                assert response.headers["Retry-After"] == "1"
                return
    pytest.fail("no 429 in 60 calls")


def test_flaky_quotes_refuses_and_fails() -> None:
    dice = Random(1)
    seen = Counter(flaky(1, dice).status for _ in range(600))
    assert set(seen) == {200, 429, 500}
    assert 320 < seen[200] < 440


def test_every_carrier_wins_some_races() -> None:
    dice = Random(2)
    winners: Counter[str] = Counter()
    for _ in range(2_000):
        replies = {name: carrier(2, dice) for name, carrier in CARRIERS.items()}
        good = {name: reply.delay for name, reply in replies.items() if reply.status == 200}
        winners[min(good, key=good.__getitem__)] += 1
    assert winners["swift"] > 500
    assert winners["flaky"] > 500
    assert winners["steady"] > 5


def test_swift_is_fast_and_steady_is_slow() -> None:
    dice = Random(3)
    assert sorted(swift(1, dice).delay for _ in range(101))[50] < 0.08
    assert min(steady(1, dice).delay for _ in range(100)) >= 1.4


@pytest.mark.parametrize(
    ("weight", "status"), [("0", 400), ("-1", 400), ("much", 400), (str(MAX_WEIGHT + 1), 422)]
)
async def test_no_carrier_takes_such_a_parcel(
    upstream: Upstream, session: aiohttp.ClientSession, weight: str, status: int
) -> None:
    for url in upstream.carriers.values():
        async with session.get(url, params={"weight": weight}) as response:
            assert response.status == status
            assert (await response.json())["error"]


async def test_stop_frees_the_ports_and_may_be_called_again(session: aiohttp.ClientSession) -> None:
    upstream = Upstream(Random(0))
    await upstream.stop()
    await upstream.start()
    url = upstream.carriers["swift"]
    await upstream.stop()
    await upstream.stop()
    assert upstream.carriers == {}
    with pytest.raises(aiohttp.ClientConnectorError):
        await session.get(url)


async def test_while_it_is_silent_it_takes_calls_and_answers_none_until_it_answers_again(
    upstream: Upstream, session: aiohttp.ClientSession
) -> None:
    upstream.fall_silent()
    calls = [asyncio.create_task(status_of(session, url)) for url in upstream.carriers.values()]
    answered, _waiting = await asyncio.wait(calls, timeout=0.3)
    assert not answered
    upstream.answer_again()
    assert set(await asyncio.gather(*calls)) <= {200, 429, 500}


async def test_a_late_carrier_answers_as_ever_only_later(
    upstream: Upstream, session: aiohttp.ClientSession
) -> None:
    upstream.late = 0.5
    began = time.monotonic()
    assert await status_of(session, upstream.carriers["swift"]) == 200
    assert time.monotonic() - began >= 0.5


async def status_of(session: aiohttp.ClientSession, url: str) -> int:
    async with session.get(url) as response:
        await response.read()
        return response.status
