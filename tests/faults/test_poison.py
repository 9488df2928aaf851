"""A handler that ends its whole process each time: ground so often as it may be, then failed in words."""

import pytest

from tests.faults import tasks
from tests.faults.effects import assert_whole, effects, ended, enqueue, written
from tests.faults.gate import Gate, gating
from tests.journeys.process import serving

pytestmark = [pytest.mark.fault, pytest.mark.timeout(240)]  # a machine may be busy

#: What os._exit gives in tests/faults/tasks.py.
POISONED = 7
#: With the poisonous one: ten slots, and three at hand that have not begun.
BEFORE, AFTER = [f"before-{n}" for n in range(4)], [f"after-{n}" for n in range(8)]


async def ground_once(gate: Gate) -> None:
    """A process whose ten slots are busy, the poisonous job among them, which then goes on."""
    async with serving() as server:
        pid = server.process.pid
        await gate.until(lambda: len(gate.by(pid)) == 10)
        (visit,) = [visit for visit in gate.by(pid) if visit.name == "poison"]
        visit.go()
        assert await server.ended() == POISONED


async def test_a_poisonous_job_fails_at_its_last_attempt_and_takes_no_neighbour_with_it(
    database: None,
) -> None:
    async with effects(), gating() as gate:
        before = await enqueue(tasks.passes, *[(gate.port, name) for name in BEFORE])
        (poison,) = await enqueue(tasks.poison, (gate.port, "poison"))
        after = await enqueue(tasks.passes, *[(gate.port, name) for name in AFTER])
        await ground_once(gate)
        await ground_once(gate)
        gate.open()
        async with serving() as server:
            assert await server.ended() == POISONED
        async with serving():
            failed, *neighbours = await ended([poison, *before, *after])
        assert [visit.attempt for visit in gate.of("poison")] == [1, 2, 3]
        assert (failed["state"], failed["attempt"]) == ("failed", 3)
        assert failed["error"] == "lost with its worker"
        assert [attempt["outcome"] for attempt in failed["attempts"]] == ["lost"] * 3
        assert {(job["state"], job["attempt"]) for job in neighbours} == {("succeeded", 3)}
        assert await written() == dict.fromkeys(BEFORE + AFTER, 1)
    await assert_whole()
