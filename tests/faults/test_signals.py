"""Signals on top of signals: the second skips the drain, all later ones change nothing."""

import signal
import time

import pytest

from jobs import db
from tests.faults import tasks
from tests.faults.effects import assert_whole, detail, effects, ended, enqueue, written
from tests.faults.gate import gating
from tests.faults.signals import hears
from tests.journeys.process import serving

pytestmark = pytest.mark.fault

TERM, INT = signal.SIGTERM, signal.SIGINT
#: Seconds: the drain would wait for so long; a hurried stop is done in less.
GRACE, HURRIED = 60.0, 15.0


@pytest.mark.parametrize(
    "numbers",
    [
        pytest.param([TERM, TERM], id="two"),
        pytest.param([INT, TERM, TERM], id="three, Ctrl-C first"),
        pytest.param([TERM, INT] + [TERM, INT] * 20, id="a storm of both"),
    ],
)
async def test_a_second_signal_skips_the_drain_and_hands_back(database: None, numbers: list[int]) -> None:
    async with effects(), gating() as gate:
        async with serving(JOBS_GRACE=str(GRACE)) as server:
            names = [f"held-{n}" for n in range(13)]  # ten slots, three at hand
            ids = await enqueue(tasks.passes, *[(gate.port, name) for name in names])
            await gate.until(lambda: len(gate.visits) == 10)
            server.process.send_signal(numbers[0])
            await hears(server, "again skips the drain")
            assert server.process.returncode is None
            assert len(gate.visits) == 10, "nothing new begins"
            assert not any(visit.gone for visit in gate.visits), "it drains: nobody was cut off"
            began = time.monotonic()
            for number in numbers[1:]:
                if server.process.returncode is None:
                    server.process.send_signal(number)
            assert await server.process.wait() == 0
            took = time.monotonic() - began
        assert took < HURRIED
        assert "Stopping at once" in server.output
        assert "Traceback" not in server.output, server.output
        assert await db.pool().fetchval("SELECT count(*) FROM job WHERE state = 'ready'") == len(ids)
        for id in ids:
            job = await detail(id)
            assert [attempt["outcome"] for attempt in job["attempts"]] == ["released"]
            assert job["max_attempts"] - job["attempt"] == 3, "the claim handed back costs no attempt"
        assert await written() == {}
        gate.open()
        async with serving():
            jobs = await ended(ids)
        assert {job["state"] for job in jobs} == {"succeeded"}
        assert await written() == dict.fromkeys(names, 1)
    await assert_whole()


async def test_a_thread_that_does_not_end_keeps_nobody(database: None) -> None:
    async with effects(), gating() as gate:
        async with serving(JOBS_GRACE="0.2") as server:
            await enqueue(tasks.never_ends, (gate.port,))
            await gate.until(lambda: len(gate.visits) == 1)
            assert await server.terminate() == 0
        assert "A thread does not end; it is left behind." in server.output
        assert "Traceback" not in server.output, server.output
        assert await db.pool().fetchval("SELECT state FROM job") == "ready"
