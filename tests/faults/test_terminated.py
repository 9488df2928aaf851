"""Somebody ends our connections on the server, one sort or all of them, once or again and again."""

import asyncio
import time

import asyncpg
import pytest

from tests.faults.caller import crowd, health, hears, said
from tests.faults.cluster import Ground
from tests.faults.history import at_rest, violations
from tests.faults.load import loading
from tests.journeys.process import serving
from tests.support import eventually

pytestmark = pytest.mark.fault

OURS = "datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE '%headrace%'"
#: Connections by what they said last. The listener's is a ping once it is some seconds old.
LISTENER = f"{OURS} AND (query LIKE 'LISTEN%' OR query = 'SELECT 1')"
ANNOUNCER = f"{OURS} AND query LIKE 'SELECT pg_notify(%'"
HEART = f"{OURS} AND application_name = 'headrace heart'"
POOL = f"{OURS} AND NOT ({LISTENER}) AND NOT ({ANNOUNCER}) AND NOT ({HEART})"


async def end(conn: asyncpg.Connection, which: str) -> int:
    """End these connections; how many there were. Whoever is told is gone when it has said so itself."""
    rows = await conn.fetch(f"SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE {which}")
    pids = [row["pid"] for row in rows]

    async def gone() -> bool:
        return not await conn.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY ($1::int[])", pids
        )

    await eventually(gone)
    return len(pids)


@pytest.mark.parametrize(
    ("which", "least"),
    [
        pytest.param(LISTENER, 1, id="listener", marks=pytest.mark.fault_long),
        pytest.param(POOL, 5, id="pool"),
        pytest.param(
            f"({ANNOUNCER}) OR ({HEART})", 2, id="announcer and heart", marks=pytest.mark.fault_long
        ),
    ],
)
async def test_whatever_connection_ends_comes_back(ground: Ground, which: str, least: int) -> None:
    async with serving(DATABASE_URL=ground.url(), JOBS_POLL="60") as server, ground.connected() as conn:
        async with loading(lambda: server.url, ground.alice) as load:
            await load.more(10)
            assert await end(conn, which) >= least
            await load.more(10)
        await at_rest(conn)
        assert await violations(conn, load.history) == []
        await hears(conn)
        await crowd(server, ground)
        if which == LISTENER:
            assert "the listener lost its connection" in server.output
    assert "Traceback" not in server.output
    assert len(server.lines) < 60


async def ended_once_a_second(ground: Ground, seconds: float) -> None:
    """Every connection of a server under load, once a second for so long."""
    async with serving(DATABASE_URL=ground.url(), JOBS_POLL="60") as server, ground.connected() as conn:
        async with loading(lambda: server.url, ground.alice, rate=10.0, count=20_000) as load:
            await load.more(10)
            until = time.monotonic() + seconds
            times = ended = 0
            while time.monotonic() < until:
                ended += await end(conn, OURS)
                times += 1
                await asyncio.sleep(1)
            assert ended > 3 * times
            await load.more(10)
        await at_rest(conn)
        assert await violations(conn, load.history) == []
        await said(server, "the listener lost its connection", times=times // 2)
        await hears(conn)
        await crowd(server, ground)
        assert (await health(server)).status == 200
        ours = [line for line in server.lines if "the database is away" not in line]
        assert len(ours) < 40 * times, "a machine that reconnects says so once, and not again and again"


async def test_every_connection_ends_once_a_second(ground: Ground) -> None:
    await ended_once_a_second(ground, 3)


@pytest.mark.fault_long
@pytest.mark.timeout(900)
async def test_every_connection_ends_once_a_second_for_ten_minutes(ground: Ground) -> None:
    await ended_once_a_second(ground, 600)
