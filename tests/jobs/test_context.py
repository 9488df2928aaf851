"""Transactions of a handler: with the fence, and with the finish."""

import pytest

from jobs import db, moves
from jobs.context import Context
from jobs.enqueue import new_job
from jobs.outcome import Fenced
from tests.jobs import sample_tasks
from tests.jobs.conftest import detail, rows
from tests.jobs.test_moves import claim, put, worker


async def claimed(count=1):
    jobs = [new_job(sample_tasks.add, n, n) for n in range(count)]
    await put(*jobs)
    return await claim(await worker(), count)


async def note(tx, key="effect"):
    await tx.conn.execute("INSERT INTO pace (key) VALUES ($1)", key)


async def _note_and_raise(tx):
    await note(tx)
    raise ZeroDivisionError


async def effects():
    return [row["key"] for row in await rows("SELECT key FROM pace ORDER BY key")]


async def test_writes_and_finish_commit_together(database):
    (job,) = await claimed()
    context = Context(sample_tasks.add, [job])
    async with context.transaction(finish=7) as tx:
        await note(tx)
        async with db.connection() as conn:
            assert await conn.fetchval("SELECT state FROM job WHERE id = $1", job.id) == "running"
    found = await detail(job.id)
    assert (found["state"], found["result"]) == ("succeeded", 7)
    assert await effects() == ["effect"]
    assert context.finished == {job.id}


async def test_an_error_undoes_writes_and_finish(database):
    (job,) = await claimed()
    context = Context(sample_tasks.add, [job])
    with pytest.raises(ZeroDivisionError):
        async with context.transaction(finish=7) as tx:
            await _note_and_raise(tx)
    assert (await detail(job.id))["state"] == "running"
    assert await effects() == []
    assert context.finished == set()


async def test_without_finish_it_may_be_used_several_times(database):
    (job,) = await claimed()
    context = Context(sample_tasks.add, [job])
    for key in ("a", "b"):
        async with context.transaction() as tx:
            await note(tx, key)
    assert await effects() == ["a", "b"]
    assert (await detail(job.id))["state"] == "running"


async def test_the_value_can_be_given_inside(database):
    (job,) = await claimed()
    async with Context(sample_tasks.add, [job]).transaction() as tx:
        tx.finish({"late": True})
    assert (await detail(job.id))["result"] == {"late": True}


async def test_a_lost_job_is_fenced_and_nothing_is_written(database):
    (old,) = await claimed()
    async with db.connection() as conn:
        await moves.release(conn, old.worker)
    context = Context(sample_tasks.add, [old])
    with pytest.raises(Fenced):
        async with context.transaction(finish=1) as tx:
            await note(tx)
    assert await effects() == []


async def test_a_retried_handler_writes_exactly_once(database):
    """The first attempt commits its writes with its finish; the second finds the job gone."""
    (job,) = await claimed()
    for attempt in (1, 2):
        context = Context(sample_tasks.add, [job])
        try:
            async with context.transaction(finish=attempt) as tx:
                await note(tx, f"attempt {attempt}")
        except Fenced:
            assert attempt == 2
    assert await effects() == ["attempt 1"]


async def test_each_job_of_a_batch_has_its_value(database):
    jobs = await claimed(3)
    context = Context(sample_tasks.in_batches, jobs)
    async with context.transaction(finish=True) as tx:
        tx.finish("first", jobs[0].id)
        with pytest.raises(ValueError):
            tx.finish("stranger", (await worker()))
    assert [(await detail(job.id))["result"] for job in jobs] == ["first", None, None]
    assert context.finished == {job.id for job in jobs}


async def test_a_batch_may_finish_some_and_then_the_others(database):
    jobs = await claimed(2)
    context = Context(sample_tasks.in_batches, jobs)
    async with context.transaction() as tx:
        tx.finish("one", jobs[0].id)
    async with context.transaction(finish=True):
        pass
    assert [(await detail(job.id))["state"] for job in jobs] == ["succeeded", "succeeded"]


async def test_one_lost_job_fences_the_whole_batch(database):
    jobs = await claimed(2)
    await rows("UPDATE job SET fence = fence + 1000 WHERE id = $1", jobs[1].id)
    with pytest.raises(Fenced):
        async with Context(sample_tasks.in_batches, jobs).transaction(finish=True):
            pass
    assert (await detail(jobs[0].id))["state"] == "running"
