"""The engine as a whole, on a real database."""

import asyncio

import pytest

from jobs import db
from jobs.engine.engine import Engine
from jobs.enqueue import enqueue_on, new_job
from tests.jobs import sample_tasks
from tests.jobs.conftest import FAST, detail, ended, enqueue, rows, when
from tests.support import eventually


async def test_a_job_runs_and_is_finished_to_history(make_engine):
    await make_engine()
    id = await enqueue(sample_tasks.add, 1, b=2, subject="sum:1")
    job = await ended(id)
    assert (job["state"], job["result"], job["attempt"], job["subject"]) == ("succeeded", 3, 1, "sum:1")
    assert await rows("SELECT id FROM job") == []


async def test_a_plain_function_runs_in_a_thread(make_engine):
    await make_engine()
    job = await ended(await enqueue(sample_tasks.add_plainly, 1, 2))
    assert job["result"] == [3, True]


async def test_a_handler_is_given_its_context(make_engine):
    await make_engine()
    id = await enqueue(sample_tasks.whoami)
    assert (await ended(id))["result"] == {"id": str(id), "attempt": 1, "result_id": str(id)}


async def test_a_failing_job_is_tried_again_until_it_succeeds(make_engine):
    engine = await make_engine()
    job = await ended(await enqueue(sample_tasks.fails_until, "twice", 3))
    assert (job["state"], job["attempt"], job["result"]) == ("succeeded", 3, 3)
    assert [(a["number"], a["outcome"], a["error"]) for a in job["attempts"]] == [
        (1, "failed", "ValueError: try 1"),
        (2, "failed", "ValueError: try 2"),
    ]
    assert engine.status()["counts"]["retried"] == 2


async def test_a_job_that_fails_at_its_last_attempt_is_failed(make_engine):
    await make_engine()
    job = await ended(await enqueue(sample_tasks.fails_until, "never", 100))
    assert (job["state"], job["attempt"], job["error"]) == ("failed", 3, "ValueError: try 3")
    assert "raise ValueError" in job["attempts"][2]["traceback"]


async def test_a_handler_past_its_timeout_is_cancelled_and_noted(make_engine):
    await make_engine()
    job = await ended(await enqueue(sample_tasks.sleeps_for_ever))
    assert (job["state"], job["error"]) == ("failed", "took longer than 0.05 s")
    assert job["attempts"][0]["outcome"] == "timeout"


@pytest.mark.parametrize(
    ("what", "state", "result", "error"),
    [
        pytest.param("cancel", "cancelled", None, "not needed", id="cancel"),
        pytest.param("snooze", "succeeded", "awake", "", id="snooze: no attempt is used up"),
        pytest.param("retry", "succeeded", "back", "", id="retry"),
    ],
)
async def test_a_handler_says_what_shall_become_of_its_job(make_engine, what, state, result, error):
    await make_engine()
    job = await ended(await enqueue(sample_tasks.asks, what))
    assert (job["state"], job["result"], job["error"]) == (state, result, error)


@pytest.mark.parametrize(
    "args",
    [pytest.param("[" * 1_100 + "]" * 1_100, id="deep"), pytest.param("[1e400]", id="a number too large")],
)
async def test_a_job_whose_arguments_nobody_can_read_fails_in_words_and_hinders_nobody(
    make_engine, args, caplog
):
    ids = [
        await enqueue(task, 1, 2) for task in (sample_tasks.add, sample_tasks.breaks, sample_tasks.in_batches)
    ]
    await rows("UPDATE job SET args = $1::text::jsonb", args)
    good = await enqueue(sample_tasks.add, 1, 2)
    await make_engine()
    assert (await ended(good))["result"] == 3
    for id in ids:
        job = await ended(id)
        assert (job["state"], job["attempt"]) == ("failed", 1)
        assert job["error"] == "its arguments: it is nested too deep, or has a number too large, to be read"
    assert await rows("SELECT id FROM job") == []  # nothing follows the one that breaks
    assert "is started again" not in caplog.text


@pytest.mark.parametrize("what", ["nul", "object", "surrogate"])
async def test_a_result_that_cannot_be_stored_fails_its_job_alone(make_engine, what):
    await make_engine()
    bad, good = await enqueue(sample_tasks.returns, what), await enqueue(sample_tasks.returns, "fine")
    assert (await ended(bad))["state"] == "failed"
    assert (await ended(good))["result"] == [1, "two", None]


@pytest.mark.parametrize("task", [sample_tasks.exits, sample_tasks.cancels_itself], ids=lambda t: t.name)
async def test_a_handler_cannot_take_the_process_or_its_consumer_with_it(make_engine, task):
    engine = await make_engine()
    assert (await ended(await enqueue(task)))["state"] == "failed"
    assert (await ended(await enqueue(sample_tasks.add, 1, 1)))["state"] == "succeeded"
    assert all(c.restarts == 0 for pool in engine.pools.values() for c in pool._consumers)


async def test_a_job_of_an_unknown_task_waits_for_a_process_that_knows_it(make_engine):
    await make_engine()
    async with db.transaction() as tx:
        job = new_job(sample_tasks.add)
        object.__setattr__(job, "task", "tests.jobs.sample_tasks.gates")
        await enqueue_on(tx, [job])
    seen = await when(job.id, "scheduled")
    assert "is not a task" in seen["error"]
    assert (seen["run_at"] - seen["started_at"]).total_seconds() > 20


async def test_a_batch_task_takes_many_jobs_at_once_and_each_has_its_result(make_engine):
    jobs = [new_job(sample_tasks.in_batches, n) for n in range(20)]
    async with db.transaction() as tx:
        await enqueue_on(tx, jobs)
    await make_engine()
    for n, job in enumerate(jobs):
        assert (await ended(job.id))["result"] == n
    assert max(sample_tasks.calls["in_batches"]) > 1


async def test_one_bad_job_of_a_batch_fails_alone(make_engine):
    jobs = [new_job(sample_tasks.in_batches, what) for what in ("a", "bad", "b")]
    async with db.transaction() as tx:
        await enqueue_on(tx, jobs)
    await make_engine()
    states = [(await ended(job.id))["state"] for job in jobs]
    assert states == ["succeeded", "failed", "succeeded"]


async def test_a_finish_in_the_transaction_happens_with_its_writes(make_engine):
    engine = await make_engine()
    job = await ended(await enqueue(sample_tasks.finishes_in_transaction, "once"))
    assert job["result"] == {"by": "once"}
    assert await rows("SELECT key FROM pace WHERE key = 'once'") == [{"key": "once"}]

    async def counted():
        return engine.status()["counts"]["succeeded"]

    assert await eventually(counted) == 1


async def test_finishes_are_tallied_by_minute(make_engine):
    await make_engine()
    ids = [await enqueue(sample_tasks.add, n, n) for n in range(3)]
    for id in ids:
        await ended(id)
    total = await rows("SELECT sum(count)::int AS n FROM job_minute WHERE state = 'succeeded'")
    assert total == [{"n": 3}]


async def test_a_stop_hands_back_what_runs_and_what_is_buffered(make_engine):
    engine = await make_engine(QUEUES={"default": {"slots": 1, "prefetch": 5}})
    running = await enqueue(sample_tasks.waits_at, "held")
    await sample_tasks.gates["held"].entered.wait()
    buffered = await enqueue(sample_tasks.add, 1, 1)
    await when(buffered, "running")
    await engine.stop(grace=0.01)
    for id in (running, buffered):
        job = await detail(id)
        assert (job["state"], job["attempt"]) == ("ready", 1)
        assert [a["outcome"] for a in job["attempts"]] == ["released"]
    assert (await detail(running))["max_attempts"] == 3, "the released claim costs no attempt"
    workers = await rows("SELECT stopped_at FROM worker WHERE id = $1", engine.worker_id)
    assert workers[0]["stopped_at"] is not None


@pytest.mark.parametrize("before", [True, False], ids=["before the stop", "in the stop"])
async def test_a_hurry_cuts_the_grace_short(make_engine, before, caplog):
    engine = await make_engine()
    id = await enqueue(sample_tasks.waits_at, "hurried")
    await sample_tasks.gates["hurried"].entered.wait()
    async with asyncio.timeout(30):
        if before:
            engine.hurry()
        stopping = asyncio.create_task(engine.stop(grace=600))
        if not before:
            await asyncio.sleep(0)
            engine.hurry()
        await stopping
    assert (await detail(id))["state"] == "ready"
    assert "after 600 s" not in caplog.text


async def test_a_stop_lets_a_running_job_end_within_the_grace(make_engine):
    engine = await make_engine()
    id = await enqueue(sample_tasks.waits_at, "finishing")
    await sample_tasks.gates["finishing"].entered.wait()
    stopping = asyncio.create_task(engine.stop(grace=10))
    sample_tasks.gates["finishing"].opened.set()
    await stopping
    assert (await detail(id))["state"] == "succeeded"


async def test_a_handler_that_swallows_one_cancel_does_not_hold_up_the_stop(make_engine):
    engine = await make_engine()
    id = await enqueue(sample_tasks.swallows_one_cancel, "stubborn")
    await sample_tasks.gates["stubborn"].entered.wait()
    async with asyncio.timeout(5):
        await engine.stop(grace=0)
    assert (await detail(id))["state"] == "ready"


async def test_stopping_is_safe_twice_and_before_the_start(database, make_engine):
    never_started = Engine(FAST)
    await never_started.stop()
    engine = await make_engine()
    await asyncio.gather(engine.stop(), engine.stop())
    await engine.stop()
    with pytest.raises(RuntimeError):
        await engine.start()


async def test_a_stop_during_the_start_is_not_lost(make_engine):
    engine = Engine(FAST)
    starting = asyncio.create_task(engine.start())
    await asyncio.sleep(0)
    await engine.stop()
    await starting
    assert engine.ready is False
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("jobs.")]


async def test_an_engine_hears_of_jobs_without_polling(make_engine):
    await make_engine(POLL=30.0)
    job = await ended(await enqueue(sample_tasks.add, 2, 2), seconds=5)
    assert job["result"] == 4


async def test_two_engines_share_the_jobs_and_run_each_once(make_engine):
    await make_engine()
    await make_engine()
    jobs = [new_job(sample_tasks.finishes_in_transaction, f"shared-{n}") for n in range(60)]
    async with db.transaction() as tx:
        await enqueue_on(tx, jobs)
    for job in jobs:
        assert (await ended(job.id))["state"] == "succeeded"
    assert sorted(len(sample_tasks.calls[f"shared-{n}"]) for n in range(60)) == [1] * 60


async def test_the_status_says_what_each_queue_does(make_engine):
    engine = await make_engine()
    await enqueue(sample_tasks.waits_at, "seen")
    await sample_tasks.gates["seen"].entered.wait()
    status = engine.status()
    assert status["ready"] is True
    assert status["worker"] == str(engine.worker_id)
    assert status["queues"]["default"] == {"slots": 4, "busy": 1, "buffered": 0, "prefetch": 20}


async def test_an_engine_whose_every_machine_dies_goes_on(make_engine):
    engine = await make_engine()
    machines = {task for task in asyncio.all_tasks() if task.get_name().startswith("jobs.")}
    names = {task.get_name() for task in machines}
    assert {"jobs.claims", "jobs.finishes", "jobs.listener", "jobs.announcer", "jobs.stager"} <= names
    for task in machines:
        task.cancel()
    await asyncio.wait(machines)
    job = await ended(await enqueue(sample_tasks.fails_until, "killed", 2))
    assert (job["state"], job["attempt"]) == ("succeeded", 2)

    async def back():
        return names == {t.get_name() for t in asyncio.all_tasks() if t.get_name().startswith("jobs.")}

    await eventually(back)
    assert engine.heart.alive


async def test_a_dead_consumers_job_is_handed_back_and_run(make_engine, monkeypatch):
    monkeypatch.setattr("jobs.engine.claims.SWEEP", 0.1)
    engine = await make_engine()
    id = await enqueue(sample_tasks.waits_at, "orphan")
    await sample_tasks.gates["orphan"].entered.wait()
    busy = [task for task in asyncio.all_tasks() if str(id) in task.get_name()]
    assert len(busy) == 1
    busy[0].cancel()
    sample_tasks.gates["orphan"].opened.set()
    job = await ended(id)
    assert (job["state"], job["attempt"]) == ("succeeded", 2)
    assert engine.status()["queues"]["default"]["busy"] == 0
