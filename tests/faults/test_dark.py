"""The network between us and the database swallows everything and says nothing: no refusal, no end."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.faults.caller import crowd, get, health, hears, orders, said, turns
from tests.faults.cluster import Ground
from tests.faults.history import at_rest, unleased, violations
from tests.faults.load import loading
from tests.faults.proxy import Line, Proxy, proxying
from tests.journeys.process import Serve, serving
from tests.support import eventually

pytestmark = pytest.mark.fault

#: Seconds. What a person, a program and a supervisor may be kept waiting, with room for a busy machine.
HEALTH, DOOR, STOP = 10.0, 25.0, 40.0


@asynccontextmanager
async def behind_a_proxy(ground: Ground, **env: str) -> AsyncIterator[tuple[Serve, Proxy]]:
    async with (
        proxying(ground.cluster.socket) as network,
        serving(DATABASE_URL=ground.url(network.port), **env) as server,
    ):
        yield server, network
        network.mend()


async def test_in_the_dark_every_door_answers_and_with_the_light_everything_goes_on(ground: Ground) -> None:
    async with behind_a_proxy(ground) as (server, network):
        async with loading(lambda: server.url, ground.alice) as load:
            await load.more(20)
            assert network.swallow() > 2
            page = asyncio.create_task(get(f"{server.url}/", cookies={"sessionid": "a" * 32}))
            api = asyncio.create_task(orders(server, ground))
            assert await turns(server, 503) < HEALTH
            await said(server, "fences itself: no beat reached the database")
            answer = await api
            assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.seconds < DOOR
            answer = await page
            assert answer.status >= 500
            assert answer.seconds < DOOR
            assert not load.history.of("fail")
            network.mend()
            await turns(server, 200)
            await load.more(20)
        await said(server, "the worker is back as")
        async with ground.connected() as conn:
            await at_rest(conn)
            assert await violations(conn, load.history) == []
        await crowd(server, ground)
    assert load.history.why_unknown()["503"]
    assert max(load.history.waits) < DOOR + HEALTH


def asks_for_a_session(line: Line) -> bool:
    return b"django_session" in line.said


@pytest.mark.fault_long
@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "fenced",
    [
        pytest.param(False, id="at once"),
        pytest.param(True, id="fenced"),
    ],
)
async def test_a_stop_in_the_dark_ends_and_another_server_goes_on(ground: Ground, fenced: bool) -> None:
    """A page's thread waits on its connection meanwhile, too, until its own time is over."""
    async with (
        proxying(ground.cluster.socket) as network,
        serving(DATABASE_URL=ground.url(network.port)) as first,
        serving(DATABASE_URL=ground.url(), JOBS_POLL="60") as second,
    ):

        async def has_a_thread_waiting() -> bool:
            return any(map(asks_for_a_session, network.lines))

        servers = [first]
        async with loading(lambda: servers[-1].url, ground.alice) as load:
            await load.more(20)
            network.swallow(asks_for_a_session)
            page = asyncio.create_task(get(f"{first.url}/", cookies={"sessionid": "a" * 32}))
            await eventually(has_a_thread_waiting)
            assert network.swallow() > 2
            if fenced:
                await said(first, "fences itself")
            began = time.monotonic()
            assert await first.terminate() == 0
            assert time.monotonic() - began < STOP
            await asyncio.wait({page})
            assert page.exception() or page.result().status == 503
            servers.append(second)
            await load.more(20)
        async with ground.connected() as conn:
            await at_rest(conn)
            assert await unleased(conn) == []
            assert await violations(conn, load.history) == []


def listens(line: Line) -> bool:
    return b'LISTEN "headrace"' in line.said


async def test_a_listener_nobody_speaks_to_any_more_is_noticed(ground: Ground) -> None:
    async with behind_a_proxy(ground, JOBS_POLL="60") as (server, network), ground.connected() as conn:
        await hears(conn)
        silent = set(filter(listens, network.lines))
        assert len(silent) == 1
        assert network.swallow(silent.__contains__) == 1
        assert (await health(server)).status == 200
        await said(server, "the listener lost its connection: TimeoutError")
        await hears(conn)
        assert set(filter(listens, network.lines)) - silent  # it has another one
        assert "fences itself" not in server.output


@pytest.mark.fault_long
@pytest.mark.timeout(300)
async def test_a_minute_in_the_dark(ground: Ground) -> None:
    async with behind_a_proxy(ground) as (server, network):
        async with loading(lambda: server.url, ground.alice, rate=5.0) as load:
            await load.more(20)
            before = network.taken
            assert network.swallow() > 2
            await said(server, "fences itself")
            until = time.monotonic() + 60
            slowest = 0.0
            while time.monotonic() < until:
                answer = await health(server)
                assert answer.status == 503
                slowest = max(slowest, answer.seconds)
            assert slowest < HEALTH
            assert network.taken - before < 1_000  # nobody dials in a hurry
            network.mend()
            await turns(server, 200)
            await load.more(20)
        async with ground.connected() as conn:
            await at_rest(conn)
            assert await violations(conn, load.history) == []
        await crowd(server, ground)
