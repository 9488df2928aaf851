"""A process that stands still for longer than its lease, and then goes on as if nothing had been."""

import time

import aiohttp
import pytest

from jobs import db
from tests.faults import tasks
from tests.faults.effects import assert_whole, effects, ended, enqueue, written
from tests.faults.gate import gating
from tests.faults.signals import frozen, hears
from tests.journeys.cast import hire_alice
from tests.journeys.process import serving
from tests.journeys.watch import Watch
from tests.support import eventually

pytestmark = pytest.mark.fault

#: Jobs of each sort; a process runs ten of the default queue at once.
EACH = 4


async def test_what_a_frozen_process_ran_is_run_by_another_and_its_late_writes_are_fenced(
    database: None,
) -> None:
    late = [f"late-{n}" for n in range(EACH)]
    polite = [f"polite-{n}" for n in range(EACH)]
    async with effects(), gating() as gate, serving() as first:
        ids = await enqueue(tasks.writes_whatever_comes, *[(gate.port, name) for name in late])
        ids += await enqueue(tasks.passes, *[(gate.port, name) for name in polite])
        await gate.until(lambda: len(gate.by(first.process.pid)) == 2 * EACH)
        async with serving() as second:
            async with frozen(first.process):
                began = time.monotonic()
                await gate.until(lambda: len(gate.by(second.process.pid)) == 2 * EACH)
                assert time.monotonic() - began < 10, "a lease is 3 s"
                for visit in gate.by(first.process.pid):
                    visit.go()  # so that it goes on at once when it can
            await gate.until(lambda: all(visit.gone for visit in gate.by(first.process.pid)))
            stale = [visit.said for visit in gate.by(first.process.pid) if visit.name in late]
            assert stale == [["fenced"]] * EACH, "they tried to write what the other still runs"
            assert await written() == {}
            gate.open()
            for job in await ended(ids):
                assert (job["state"], job["attempt"]) == ("succeeded", 2)
                assert job["result"] == second.process.pid
                assert [(a["number"], a["outcome"]) for a in job["attempts"]] == [(1, "lost")]
            assert await written() == dict.fromkeys(late + polite, 1)
            assert await second.terminate() == 0
            # The first has come back by itself, and works.
            (again,) = await ended(await enqueue(tasks.passes, (gate.port, "again")))
            assert (again["state"], again["result"]) == ("succeeded", first.process.pid)
        assert "fences itself" in first.output
        assert "the worker is back as" in first.output
        assert await first.terminate() == 0
    await assert_whole()


@pytest.mark.fault_long
async def test_a_frozen_listener_does_not_matter_to_the_others(database: None) -> None:
    alice = await hire_alice()
    async with effects(), gating() as gate, serving() as first, serving() as second:
        gate.open()
        names = [f"beside-{n}" for n in range(200)]
        async with frozen(first.process), Watch(second.url, alice.token, "jobs") as watch:
            ids = {str(id) for id in await enqueue(tasks.passes, *[(gate.port, name) for name in names])}
            await watch.until(
                lambda: ids <= {id for id, row in watch.rows.items() if row["state"] == "succeeded"}, 30
            )
            assert await written() == dict.fromkeys(names, 1)
            assert not gate.by(first.process.pid)
            queue = await db.pool().fetchval("SELECT pg_notification_queue_usage()")
            assert queue < 0.01, "what the frozen one has not heard is no burden yet"
        async with aiohttp.ClientSession() as session:

            async def serves_again() -> bool:
                async with session.get(f"{first.url}/api/v1/health") as answer:
                    return answer.status == 200

            await eventually(serves_again)
        async with Watch(first.url, alice.token, "jobs") as watch:
            assert watch.rows
            assert set(watch.rows) <= ids, "it shows what it slept through"
    await assert_whole()


#: Two hundred notifications, more than a socket takes from a process that does not read.
FLOOD = """
SELECT pg_notify('headrace', '{"p":"flood","c":[["flood","' || repeat('x', 7800) || n || '",1]]}')
FROM generate_series(1, 200) AS n
"""


async def is_stuck(listener: int) -> bool:
    """Can this connection not get rid of what it has to say, and hold back vacuum by that?"""
    return await db.pool().fetchval(
        "SELECT EXISTS (SELECT FROM pg_stat_activity"
        " WHERE pid = $1 AND wait_event = 'ClientWrite' AND backend_xmin IS NOT NULL)",
        listener,
    )


async def listening() -> list[int]:
    """The listeners' connections."""
    rows = await db.pool().fetch(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = 'headrace listener'"
    )
    return [row["pid"] for row in rows]


@pytest.mark.fault_long
async def test_a_frozen_listener_does_not_hold_back_vacuum_for_long(database: None) -> None:
    alice = await hire_alice()
    async with effects(), gating() as gate, serving() as first:
        gate.open()
        (listener,) = await listening()
        async with frozen(first.process), serving() as second:
            await db.pool().execute(FLOOD)
            await eventually(lambda: is_stuck(listener))
            await hears(second, "connections of processes that stand still were ended", 30)

            async def is_free() -> bool:
                return listener not in await listening()

            await eventually(is_free)
        await hears(first, "the listener lost its connection")
        async with Watch(first.url, alice.token, "jobs") as watch:
            (id,) = await enqueue(tasks.passes, (gate.port, "heard"))
            await watch.until(lambda: watch.rows.get(str(id), {}).get("state") == "succeeded")
        assert "Traceback" not in first.output, first.output
    await assert_whole()
