"""A person's hand on a job: cancelled before it runs, run again after its end."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from jobs import control, db, moves, store
from jobs.changes import Change, outlet
from jobs.control import Answer
from jobs.enqueue import NewJob
from jobs.outcome import Outcome
from tests.jobs.conftest import detail, rows
from tests.jobs.test_moves import claim, lose, put, worker
from tests.support import eventually


async def do(action, id, reason="because"):
    async with db.transaction() as tx:
        return await action(tx, id, actor="user:ada", reason=reason)


async def fail(job, tb="tb"):
    """The job runs and fails for good."""
    (claimed,) = await claim(await worker())
    assert claimed.id == job.id
    async with db.connection() as conn:
        ended = Outcome(claimed, "failed", error="E: no", attempt="failed", error_class="E", traceback=tb)
        assert await moves.finish(conn, [ended])


async def counts():
    async with db.connection() as conn:
        return {s: n for s, n in store.by_state(await store.job_counts(conn)).items() if n}


LATER = timedelta(hours=1)


@pytest.mark.parametrize("state", ["ready", "scheduled", "waiting"])
async def test_a_job_nobody_runs_is_cancelled_with_who_and_why(database, state):
    job = NewJob("t", subject="thing:1", run_at=datetime.now(UTC) + LATER if state == "scheduled" else None)
    await put(job)
    await rows("UPDATE job SET state = $2 WHERE id = $1", job.id, state)
    assert await do(control.cancel, job.id) == Answer(job.id, "cancelled", task="t", subject="thing:1")
    found = await detail(job.id)
    assert (found["state"], found["version"], found["started_at"]) == ("cancelled", 2, None)
    assert found["error"] == "because"
    told = [(a["number"], a["outcome"], a["actor"], a["error"]) for a in found["attempts"]]
    assert told == [(0, "cancelled", "user:ada", "because")]
    assert await rows("SELECT id FROM job") == []
    assert await counts() == {"cancelled": 1}


async def test_a_job_that_runs_is_not_cancelled(database):
    job = NewJob("t")
    await put(job)
    await claim(await worker())
    assert await do(control.cancel, job.id) == Answer(job.id, "running", "running", "t")
    assert (await detail(job.id))["state"] == "running"


async def test_a_failed_job_goes_back_under_its_id_with_what_it_went_through(database):
    job = NewJob("t", args=[1], kwargs={"b": 2}, queue="default", priority=3, subject="s:1", max_attempts=1)
    await put(job)
    await fail(job)
    before = await detail(job.id)
    assert (await do(control.retry, job.id)).state == "ready"
    found = await detail(job.id)
    assert await rows("SELECT id FROM job_history") == [], "it is in one place"
    same = ("id", "task", "queue", "priority", "args", "kwargs", "subject", "created_at", "attempt")
    assert {field: found[field] for field in same} == {field: before[field] for field in same}
    assert (found["state"], found["max_attempts"], found["version"]) == ("ready", 2, before["version"] + 1)
    assert found["error"] == "E: no", "why it failed is still told"
    told = [(a["number"], a["outcome"], a["actor"], a["error"]) for a in found["attempts"]]
    assert told == [(1, "failed", "", "E: no"), (0, "retried", "user:ada", "because")]
    assert await counts() == {"ready": 1}, "a failure taken back is counted no more"


async def test_a_retried_job_runs_and_ends_anew(database):
    job = NewJob("t", max_attempts=1)
    await put(job)
    await fail(job)
    await do(control.retry, job.id)
    (again,) = await claim(await worker())
    assert (again.id, again.attempt, again.max_attempts) == (job.id, 2, 2)
    async with db.connection() as conn:
        await moves.finish(conn, [Outcome(again, "succeeded", result="7")])
    assert (await detail(job.id))["result"] == 7
    assert await counts() == {"succeeded": 1}


async def test_a_job_with_attempts_left_keeps_them(database):
    job = NewJob("t", max_attempts=8)
    await put(job)
    await fail(job)
    await do(control.retry, job.id)
    assert (await detail(job.id))["max_attempts"] == 8


async def test_a_cancelled_job_is_retried_and_cancelled_again(database):
    job = NewJob("t")
    await put(job)
    for version in (2, 4):
        assert (await do(control.cancel, job.id)).code == ""
        assert (await detail(job.id))["version"] == version
        assert (await do(control.retry, job.id)).code == ""
    found = await detail(job.id)
    assert (found["state"], found["error"]) == ("ready", "")
    assert [a["outcome"] for a in found["attempts"]] == ["cancelled", "retried"] * 2
    assert await counts() == {"ready": 1}


async def test_a_lost_jobs_end_is_retried_too(database):
    job = NewJob("t", max_attempts=1)
    await put(job)
    me = await worker()
    await claim(me)
    assert await lose(me) == ["failed"]
    assert (await do(control.retry, job.id)).code == ""
    assert (await detail(job.id))["error"] == "lost with its worker"


@pytest.mark.parametrize(
    ("action", "code"),
    [pytest.param(control.retry, "done", id="retry"), pytest.param(control.cancel, "over", id="cancel")],
)
async def test_a_job_that_succeeded_stays_as_it_is(database, action, code):
    job = NewJob("t")
    await put(job)
    (claimed,) = await claim(await worker())
    async with db.connection() as conn:
        await moves.finish(conn, [Outcome(claimed, "succeeded", result="1")])
    assert await do(action, job.id) == Answer(job.id, "succeeded", code, "t")
    assert (await detail(job.id))["result"] == 1


async def test_an_unknown_job_is_said_to_be_unknown(database):
    id = uuid4()
    assert await do(control.cancel, id) == await do(control.retry, id) == Answer(id, code="unknown")


async def test_a_second_time_changes_nothing(database):
    job = NewJob("t")
    await put(job)
    await do(control.cancel, job.id)
    assert await do(control.cancel, job.id) == Answer(job.id, "cancelled", "cancelled", "t")
    await do(control.retry, job.id)
    assert await do(control.retry, job.id) == Answer(job.id, "ready", "to-come", "t")
    assert len((await detail(job.id))["attempts"]) == 2


async def test_of_many_who_do_it_one_does(database):
    job = NewJob("t")
    await put(job)
    for action in (control.cancel, control.retry):
        codes = sorted(
            [answer.code for answer in await asyncio.gather(*(do(action, job.id) for _ in range(8)))]
        )
        assert codes[0] == ""
        assert "" not in codes[1:]
    assert await counts() == {"ready": 1}


async def test_of_a_claim_and_a_cancel_one_wins(database):
    jobs = [NewJob("t") for _ in range(20)]
    await put(*jobs)
    me = await worker()
    claimed, answers = await asyncio.gather(
        claim(me, 20), asyncio.gather(*(do(control.cancel, j.id) for j in jobs))
    )
    running = {job.id for job in claimed}
    assert {answer.id for answer in answers if answer.code == ""} == {job.id for job in jobs} - running
    assert {answer.code for answer in answers} <= {"", "running"}


async def somebody_waits():
    return await rows(
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )


async def test_who_waits_for_a_claim_finds_the_job_running(database):
    job = NewJob("t")
    await put(job)
    me = await worker()
    async with db.connection() as conn, conn.transaction():
        await moves.claim(conn, "default", 1, me)
        waiting = asyncio.create_task(do(control.cancel, job.id))
        await eventually(somebody_waits)
    assert (await waiting).code == "running"


async def test_what_a_stale_worker_says_of_a_retried_job_changes_nothing(database):
    job = NewJob("t", max_attempts=1)
    await put(job)
    lost = await worker()
    (stale,) = await claim(lost)
    assert await lose(lost) == ["failed"]
    await do(control.retry, job.id)
    async with db.connection() as conn:
        assert await moves.finish(conn, [Outcome(stale, "succeeded", result="1")]) == {}
    assert (await detail(job.id))["state"] == "ready"


async def test_both_are_announced_after_the_commit(database, monkeypatch):
    heard = []

    async def keep(changes):
        heard.extend(changes)

    job = NewJob("t")
    await put(job)
    monkeypatch.setattr(outlet, "publish", keep)
    await do(control.cancel, job.id)
    await do(control.retry, job.id)
    id = str(job.id)
    assert heard == [Change("job", id, 2), Change("job", id, 3), Change("ready", "default")]


async def test_what_is_still_to_run_about_a_thing_is_cancelled(database):
    mine, running, other = NewJob("t", subject="s:1"), NewJob("t", subject="s:1", priority=9), NewJob("t")
    await put(mine, running, other)
    await claim(await worker(), 1)
    await control.cancel_about("s:1", actor="user:ada", reason="enough")
    states = [(await detail(job.id))["state"] for job in (mine, running, other)]
    assert states == ["cancelled", "running", "ready"]
