"""Jobs enter with their caller's transaction, or not at all."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from jobs import db
from jobs.changes import Change
from jobs.enqueue import NewJob, enqueue_on, new_job
from jobs.together import together
from tests.jobs import sample_tasks
from tests.jobs.conftest import detail, rows


def test_a_new_job_takes_what_its_task_says():
    task = sample_tasks.fails_until.using(priority=7, queue_name="slow")
    job = new_job(task, "x", good=2, subject="order:1")
    assert (job.task, job.args, job.kwargs) == ("tests.jobs.sample_tasks.fails_until", ["x"], {"good": 2})
    assert (job.queue, job.priority, job.max_attempts, job.subject) == ("slow", 7, 3, "order:1")
    assert job.id.version == 7


async def test_a_rolled_back_transaction_leaves_no_job_and_tells_nobody(database, monkeypatch):
    told = []

    async def publish(changes):
        told.extend(changes)

    monkeypatch.setattr(db, "publish", publish)
    with pytest.raises(ZeroDivisionError):
        await _enqueue_and_raise()
    assert await rows("SELECT id FROM job") == []
    assert told == []


async def _enqueue_and_raise():
    async with db.transaction() as tx:
        await enqueue_on(tx, [new_job(sample_tasks.add)])
        raise ZeroDivisionError


async def test_jobs_of_one_call_are_told_with_the_queues_they_wake(database):
    later = datetime.now(UTC) + timedelta(hours=1)
    jobs = [NewJob("t"), NewJob("t", queue="slow"), NewJob("t", run_at=later)]
    async with db.transaction() as tx:
        await enqueue_on(tx, jobs)
        await enqueue_on(tx, [])
        assert tx.changes == [
            *(Change("job", str(job.id), 1) for job in jobs),
            Change("ready", "default"),
            Change("ready", "slow"),
            Change("scheduled", "default"),
        ]
    states = [(await detail(job.id))["state"] for job in jobs]
    assert states == ["ready", "ready", "scheduled"]


async def test_nested_arguments_arrive_as_they_were(database):
    args = [[1, [2, 3]], {"a": [None, True]}, "ü", []]
    job = NewJob("t", args=args, kwargs={"k": {"deep": [1]}})
    async with db.transaction() as tx:
        await enqueue_on(tx, [job, NewJob("t")])
    found = await detail(job.id)
    assert (found["args"], found["kwargs"]) == (args, {"k": {"deep": [1]}})


@pytest.mark.parametrize("bad", [object(), "nul \x00", "\ud800"], ids=["object", "nul", "surrogate"])
async def test_arguments_without_a_json_form_are_refused(database, bad):
    async with db.transaction() as tx:
        with pytest.raises((TypeError, ValueError)):
            await enqueue_on(tx, [NewJob("t", args=[bad])])


async def test_enqueues_that_arrive_together_are_written_together(database):
    jobs = [NewJob("t") for _ in range(100)]
    await asyncio.gather(*(together().enqueue(job) for job in jobs))
    written = await rows(
        "SELECT count(*)::int AS jobs, count(DISTINCT xmin::text)::int AS transactions FROM job"
    )
    assert written[0]["jobs"] == 100
    assert written[0]["transactions"] <= 2


async def test_one_refused_job_does_not_take_the_others_with_it(database):
    good, bad = NewJob("t"), NewJob("t", priority=1000)
    answers = await asyncio.gather(together().enqueue(good), together().enqueue(bad), return_exceptions=True)
    assert answers[0] is None
    assert "job_priority" in str(answers[1])
    assert [row["id"] for row in await rows("SELECT id FROM job")] == [good.id]


async def test_arguments_nested_too_deep_make_no_job(database):
    deep = []
    for _level in range(199):
        deep = [deep]
    with pytest.raises(ValueError, match="deeper than 200 levels"):  # the arguments are a list, too
        async with db.transaction() as tx:
            await enqueue_on(tx, [new_job(sample_tasks.add, deep)])
    with pytest.raises(ValueError, match="deeper than 200 levels"):
        await sample_tasks.add.aenqueue(deep, 1)
    assert await rows("SELECT id FROM job") == []
