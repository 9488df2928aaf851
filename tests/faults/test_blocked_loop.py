"""A handler that keeps the loop, or the whole interpreter, for longer than the process's lease."""

import time

import aiohttp
import pytest

from jobs import db
from tests.faults import tasks
from tests.faults.effects import assert_whole, effects, ended, enqueue, written
from tests.faults.gate import Visit, gating
from tests.journeys.cast import hire_alice
from tests.journeys.process import Serve, serving
from tests.journeys.watch import Watch

pytestmark = pytest.mark.fault

#: Seconds; short, but long enough for a beat on a machine that is busy with other tests.
SHORT = {"JOBS_BEAT": "0.3", "JOBS_LEASE": "3", "JOBS_FENCE": "2.5"}
USUAL = {"JOBS_BEAT": "5", "JOBS_LEASE": "30", "JOBS_FENCE": "20"}


def blocked(visit: Visit) -> float:
    """Seconds it kept the loop."""
    (word,) = visit.said
    return float(word.removeprefix("blocked "))


async def answered_in(server: Serve) -> float:
    """Seconds until the process answers."""
    began = time.monotonic()
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=120)) as session,
        session.get(f"{server.url}/api/v1/health") as answer,
    ):
        assert answer.status == 200, await answer.text()
    return time.monotonic() - began


@pytest.mark.parametrize(
    ("seconds", "lease"),
    [
        pytest.param(4.0, SHORT, id="4 s on a lease of 3 s"),
        pytest.param(
            35.0,
            USUAL,
            id="35 s on the usual lease",
            marks=[pytest.mark.fault_long, pytest.mark.timeout(200)],
        ),
    ],
)
async def test_a_blocked_loop_keeps_its_lease_and_goes_on(
    database: None, seconds: float, lease: dict[str, str]
) -> None:
    alice = await hire_alice()
    async with effects(), gating() as gate, serving(**lease) as first:
        (id,) = await enqueue(tasks.blocks, (gate.port, "blocks", seconds, "spin"))
        beside = await enqueue(tasks.passes, *[(gate.port, f"beside-{n}") for n in range(5)])
        await gate.until(lambda: len(gate.visits) == 6)
        (blocking,) = gate.of("blocks")
        async with serving(**lease) as second, Watch(first.url, alice.token, "jobs") as watch:
            blocking.go()
            waited = await answered_in(first)
            await gate.until(lambda: blocking.said)
            assert blocked(blocking) > float(lease["JOBS_LEASE"]), "longer than a lease"
            assert waited > seconds / 2, "and nobody was answered meanwhile"
            gate.open()
            jobs = await ended([id, *beside])
            assert [(job["state"], job["attempt"]) for job in jobs] == [("succeeded", 1)] * 6
            assert {job["result"] for job in jobs} == {first.process.pid}
            await watch.until(lambda: watch.rows.get(str(id), {}).get("state") == "succeeded")
            assert len(gate.visits) == 6
            for server in (first, second):
                assert "fences itself" not in server.output
                assert "jobs of lost workers" not in server.output
        assert await db.pool().fetchval("SELECT count(*) FROM worker") == 2, "no life ended and began anew"
        assert await written() == {visit.name: 1 for visit in gate.visits}
    await assert_whole()


async def test_a_handler_that_keeps_the_gil_beyond_the_lease_loses_its_job_and_writes_nothing(
    database: None,
) -> None:
    """No beat can be sent then, so the job is another's: what its first run still writes is fenced."""
    async with effects(), gating() as gate, serving(**SHORT) as first:
        (id,) = await enqueue(tasks.blocks, (gate.port, "blocks", 5.0, "gil"))
        beside = await enqueue(tasks.passes, (gate.port, "beside"))
        await gate.until(lambda: len(gate.visits) == 2)
        (blocking,) = gate.of("blocks")
        async with serving(**SHORT) as second:
            blocking.go()
            await gate.until(lambda: blocking.said and blocking.gone)
            assert blocked(blocking) > float(SHORT["JOBS_LEASE"])
            await gate.until(lambda: len(gate.of("blocks")) == 2)
            assert await written() == {}
            gate.open()
            (job, neighbour) = await ended([id, *beside])
            assert (job["state"], job["attempt"]) == ("succeeded", 2)
            assert [(a["number"], a["outcome"]) for a in job["attempts"]] == [(1, "lost")]
            assert neighbour["state"] == "succeeded"
            assert await written() == {"blocks": 1, "beside": 1}
            again = await enqueue(tasks.passes, *[(gate.port, f"again-{n}") for n in range(4)])
            assert {job["state"] for job in await ended(again)} == {"succeeded"}
        assert "fences itself" in first.output
        assert "jobs of lost workers" in first.output + second.output
    await assert_whole()
