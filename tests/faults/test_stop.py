"""SIGTERM at random moments, also while the process starts: it ends cleanly and loses nothing."""

import asyncio
import random
import signal
import time

import pytest

from jobs import db
from tests.faults import tasks
from tests.faults.effects import effects, ended, enqueue, written
from tests.faults.history import at_rest, unleased, violations
from tests.faults.load import loading
from tests.journeys.cast import hire_alice, open_shop
from tests.journeys.process import Serve, serving

pytestmark = [pytest.mark.fault, pytest.mark.timeout(240)]  # a machine may be busy

#: Running jobs get so many seconds at a stop; some of them take longer.
GRACE = 0.3
#: Seconds from the signal to the end of the process, on a busy machine.
BOUND = 20.0
#: Seconds a process takes until it serves; signals fall into twice of it.
START = 1.5


async def assert_ended_cleanly(server: Serve, code: int) -> None:
    """With 0 where it served or was about to; with 143 before; by the signal before it ran a line of ours."""
    heard = "Stopping" in server.output
    assert code == 0 if heard else code in (128 + signal.SIGTERM, -signal.SIGTERM), (code, server.output)
    if server.url:
        assert heard
    assert "Traceback" not in server.output, server.output
    async with db.connection() as conn:
        assert await conn.fetchval("SELECT count(*) FROM job WHERE state = 'running'") == 0
        assert await conn.fetchval("SELECT count(*) FROM worker WHERE stopped_at IS NULL") == 0
        assert await unleased(conn) == []


async def stop_at(server: Serve, seconds: float) -> tuple[int, float]:
    """Send SIGTERM so long after its start; its exit code and how long it took to end."""
    await asyncio.sleep(seconds)  # the moment is the fault
    began = time.monotonic()
    code = await server.terminate()
    return code, time.monotonic() - began


@pytest.mark.parametrize(
    ("seed", "stops"),
    [
        pytest.param(1, 3, id="3 stops"),
        pytest.param(2, 24, id="24 stops", marks=[pytest.mark.fault_long, pytest.mark.timeout(400)]),
    ],
)
async def test_stops_at_random_moments_under_load_lose_nothing(database: None, seed: int, stops: int) -> None:
    dice = random.Random(seed)
    await open_shop(units=10**6, money=10**10)
    alice = await hire_alice()
    server = Serve(JOBS_GRACE=str(GRACE))
    drains: list[float] = []
    names = [f"slow-{n}" for n in range(40 * stops)]
    async with effects():
        ids = await enqueue(
            tasks.takes_its_time, *[(name, round(dice.uniform(0, 2 * GRACE), 3)) for name in names]
        )
        # More orders than can come, however slowly the machine starts and stops.
        orders = loading(lambda: server.url or "http://127.0.0.1:9", alice, rate=20, count=10_000)
        async with orders as load:
            for stop in range(stops):
                server = Serve(JOBS_GRACE=str(GRACE))
                await server.begin()
                if stop % 3 != 0:
                    await server.ready()
                code, drain = await stop_at(server, dice.uniform(0, START))
                drains.append(drain)
                await assert_ended_cleanly(server, code)
            server = Serve()
            async with server:
                await load.more(5)
                load.enough.set()
                await ended(ids)
                async with db.connection() as conn:
                    await at_rest(conn)
        async with db.connection() as conn:
            assert await violations(conn, load.history) == []
            released = await conn.fetchval(
                "SELECT count(DISTINCT job) FROM attempt WHERE outcome = 'released'"
            )
            lost = await conn.fetchval("SELECT count(*) FROM attempt WHERE outcome <> 'released'")
        assert released > 0, "some ran when the signal came, and were handed back"
        assert load.history.of("unknown"), "some asked while nobody served"
        assert lost == 0
        assert await written() == dict.fromkeys(names, 1)
    assert max(drains) < BOUND


@pytest.mark.parametrize(
    ("seed", "moments"),
    [
        pytest.param(3, 4, id="4 moments"),
        pytest.param(4, 20, id="20 moments", marks=[pytest.mark.fault_long, pytest.mark.timeout(200)]),
    ],
)
async def test_a_signal_within_half_a_second_of_the_start_is_not_lost(
    database: None, seed: int, moments: int
) -> None:
    dice = random.Random(seed)
    async with effects():
        names = [f"early-{n}" for n in range(10)]
        ids = await enqueue(tasks.takes_its_time, *[(name, 0) for name in names])
        for _ in range(moments):
            server = Serve()
            await server.begin()
            code, took = await stop_at(server, dice.uniform(0, 0.5))
            assert took < BOUND
            await assert_ended_cleanly(server, code)
        async with serving():
            jobs = await ended(ids)
        assert {job["state"] for job in jobs} == {"succeeded"}
        assert await written() == dict.fromkeys(names, 1)
