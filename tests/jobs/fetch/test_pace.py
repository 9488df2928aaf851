import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

import asyncpg
import pytest
import pytest_asyncio

from jobs import db
from jobs.fetch import pace
from jobs.fetch.errors import FetchError
from jobs.rules.pace import Pace, next_slot
from jobs.statements import sql
from tests.jobs.rules.test_pace import most_in_a_second

KEY = "host:carrier.example:443"
pytestmark = pytest.mark.usefixtures("database")


@pytest_asyncio.fixture
async def other_process(database: None) -> AsyncIterator[asyncpg.Pool]:
    """A second pool: what another process has."""
    async with asyncpg.create_pool(min_size=2, max_size=5, **db.connect_options()) as pool:
        yield pool


async def take(pool: asyncpg.Pool, key: str = KEY, rate: float = 50, burst: int = 10) -> float:
    """The slot's instant, in seconds of the database's clock."""
    return (await pool.fetchrow(sql("take_pace"), key, rate, burst, 3600.0))["slot"].timestamp()


@pytest.mark.parametrize(("rate", "burst"), [(50, 10), (200, 1), (7, 30)])
async def test_two_processes_never_start_more_than_rate_and_burst_in_a_second(
    other_process: asyncpg.Pool, rate: int, burst: int
) -> None:
    pools = [db.pool(), other_process]
    slots = await asyncio.gather(*(take(pools[n % 2], rate=rate, burst=burst) for n in range(400)))
    latest = Pace(rate, burst).lateness * 0.999
    first = min(slots)
    assert most_in_a_second(slots) <= rate + burst
    assert most_in_a_second([max(slot, first + latest) for slot in slots]) <= rate + burst


async def test_slots_are_those_of_the_rule(database: None) -> None:
    rule, next_at = Pace(4, 6), None
    async with db.pool().acquire() as conn, conn.transaction():
        for offset in (0, 0, 0, 0, 0, 1, 1, 9, 9, 9, 9, 9, 30):
            await conn.execute(f"SET LOCAL headrace.clock_offset = '{offset} seconds'")
            taken = await conn.fetchrow(sql("take_pace"), KEY, rule.rate, rule.burst, 3600.0)
            expected, next_at = next_slot(rule, next_at, taken["now"].timestamp())
            assert taken["slot"].timestamp() == pytest.approx(expected, abs=1e-4)


async def test_a_slot_beyond_the_patience_is_not_taken(database: None) -> None:
    await pace.wait(KEY)
    await pace.push(KEY, 60)
    for _ in range(3):
        with pytest.raises(FetchError, match="no slot in the next 30 s") as caught:
            await pace.wait(KEY)
        assert caught.value.kind == "pace"
    assert 59 < await take(db.pool()) - await now() < 61


async def test_after_a_break_calls_come_back_one_by_one(database: None) -> None:
    await take(db.pool())
    await pace.push(KEY, 60)
    slots = [await take(db.pool()) for _ in range(5)]
    gaps = [after - before for before, after in pairwise(slots)]
    assert gaps == pytest.approx([0.02] * 4, abs=1e-4)


async def test_a_break_never_brings_the_next_slot_nearer(database: None) -> None:
    await take(db.pool())
    await pace.push(KEY, 600)
    await pace.push(KEY, 1)
    assert await take(db.pool()) - await now() > 590


async def test_a_row_changed_in_the_console_wins_over_the_settings(database: None) -> None:
    await take(db.pool())
    await db.pool().execute("UPDATE pace SET rate = 1, burst = 1 WHERE key = $1", KEY)
    first, second = await take(db.pool()), await take(db.pool())
    assert second - first == pytest.approx(1.0, abs=1e-4)


async def test_hosts_do_not_wait_for_each_other(database: None) -> None:
    await take(db.pool())
    await pace.push(KEY, 600)
    async with asyncio.timeout(5):
        await pace.wait("host:other.example:443")


async def test_a_slot_reached_too_late_is_forfeited(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 0.0, 10.0, 10.0, 10.0])  # begin; ask, come back 10 s later; ask, come back at once
    monkeypatch.setattr(pace, "monotonic", lambda: next(times))
    await pace.wait(KEY)
    assert list(times) == []  # asked twice, no more


async def now() -> float:
    return (await db.pool().fetchval("SELECT clock()")).timestamp()
