"""Claims apart: of the jobs that were lost and have one attempt left, a process runs one at a time."""

import asyncio

from jobs import db, moves
from tests.jobs import sample_tasks
from tests.jobs.conftest import ended, enqueue, rows
from tests.jobs.test_moves import worker


async def lost(*names: str):
    """Jobs that a dead worker had claimed at their last attempt but one; their ids."""
    ids = [await enqueue(sample_tasks.waits_at, name) for name in names]
    dead = await worker()
    async with db.connection() as conn:
        assert len(await moves.claim(conn, "default", 10, dead)) == len(ids)
    await rows("DELETE FROM worker WHERE id = $1", dead)
    return ids


async def test_lost_jobs_with_one_attempt_left_run_one_after_the_other_beside_fresh_ones(make_engine):
    names = ["one", "two", "three"]
    gates = [sample_tasks.gates[name] for name in names]
    ids = await lost(*names)
    await make_engine()
    for gate, id in zip(gates, ids, strict=True):
        async with asyncio.timeout(10):
            await gate.entered.wait()
        assert (await ended(await enqueue(sample_tasks.add, 1, 1)))["state"] == "succeeded"
        assert await rows("SELECT id FROM job WHERE state = 'running'") == [{"id": id}]
        gate.opened.set()
        job = await ended(id)
        assert (job["state"], job["attempt"]) == ("succeeded", 2)
        assert [attempt["outcome"] for attempt in job["attempts"]] == ["lost"]


async def test_a_second_process_takes_the_next(make_engine):
    await lost("first", "second")
    for name in ("first", "second"):  # their rows are running as they are, under the worker that is gone
        await make_engine()
        async with asyncio.timeout(10):
            await sample_tasks.gates[name].entered.wait()
    workers = await rows("SELECT DISTINCT worker FROM job WHERE state = 'running'")
    assert len(workers) == 2
