"""How far jobs are: written in rounds, only by who holds the fence, kept at the end."""

import asyncio

import pytest

from jobs import control, db, moves
from jobs.context import Context
from jobs.engine.progress import Progress
from jobs.enqueue import new_job
from tests.jobs import sample_tasks
from tests.jobs.conftest import detail, ended, enqueue, rows, when
from tests.jobs.test_moves import claim, put, worker
from tests.support import eventually


class Rounds:
    """The machine's clock: each of its pauses lasts until the test says ``go``."""

    def __init__(self):
        self.paused = asyncio.Event()
        self.gone = asyncio.Event()

    async def sleep(self, _seconds):
        self.paused.set()
        await self.gone.wait()
        self.gone.clear()

    async def pause(self):
        """Wait until a write is over."""
        async with asyncio.timeout(10):
            await self.paused.wait()
        self.paused.clear()


@pytest.fixture
def rounds():
    return Rounds()


@pytest.fixture
async def progress(database, rounds):
    machine = Progress(rounds.sleep)
    await machine.start()
    yield machine
    rounds.gone.set()
    await machine.stop()


async def claimed(count=1):
    await put(*(new_job(sample_tasks.add, n, n) for n in range(count)))
    return await claim(await worker(), count)


async def test_what_is_said_between_two_writes_is_written_once_and_the_last_of_it(progress, rounds):
    (job,) = await claimed()
    context = Context(sample_tasks.add, [job], progress.tell)
    context.progress(1, 1000)
    await rounds.pause()
    for done in range(2, 1001):
        context.progress(done, 1000, f"piece  {done}\n")
    first = await detail(job.id)
    assert first["progress"] == {"done": 1, "total": 1000, "message": ""}
    rounds.gone.set()
    await rounds.pause()
    last = await detail(job.id)
    assert last["progress"] == {"done": 1000, "total": 1000, "message": "piece 1000"}
    assert last["version"] == first["version"] + 1 == job.version + 2


async def test_jobs_that_speak_together_are_written_together_and_announced(progress, rounds, monkeypatch):
    jobs = await claimed(3)
    contexts = [Context(sample_tasks.add, [job], progress.tell) for job in jobs]
    statements, heard = [], []

    async def note(conn, told, write=moves.progress):
        statements.append(len(told))
        return await write(conn, told)

    async def hear(changes):
        heard.extend(changes)

    monkeypatch.setattr(moves, "progress", note)
    monkeypatch.setattr("jobs.engine.progress.publish", hear)
    for context in contexts:
        context.progress(1, 2)
    await rounds.pause()
    assert statements == [3]
    assert {change.id for change in heard} == {str(job.id) for job in jobs}
    assert {change.version for change in heard} == {job.version + 1 for job in jobs}


async def test_who_lost_the_job_says_nothing_of_it_any_more(progress, rounds):
    (old,) = await claimed()
    async with db.connection() as conn:
        await moves.release(conn, old.worker)
    (new,) = await claim(await worker())
    Context(sample_tasks.add, [old], progress.tell).progress(9, 10, "too late")
    await rounds.pause()
    found = await detail(new.id)
    assert (found["progress"], found["version"]) == (None, new.version)


async def test_a_row_that_its_handler_holds_is_not_waited_for_and_written_afterwards(progress, rounds):
    (job,) = await claimed()
    context = Context(sample_tasks.add, [job], progress.tell)
    async with context.transaction():
        context.progress(1, 2)
        await rounds.pause()
        assert (await detail(job.id))["progress"] is None
    rounds.gone.set()
    await rounds.pause()
    assert (await detail(job.id))["progress"]["done"] == 1


async def test_a_new_attempt_begins_with_none(database):
    (job,) = await claimed()
    async with db.connection() as conn:
        await moves.progress(conn, [(job, '{"done": 1, "total": 2, "message": ""}')])
        await moves.release(conn, job.worker)
    assert (await detail(job.id))["progress"]["done"] == 1
    await claim(await worker())
    assert (await detail(job.id))["progress"] is None


async def test_a_job_lost_at_its_last_attempt_keeps_how_far_it_was(database):
    (job,) = await claimed()
    async with db.connection() as conn:
        await moves.progress(conn, [(job, '{"done": 1, "total": 2, "message": ""}')])
        await rows("UPDATE job SET max_attempts = 1")
        await rows("DELETE FROM worker")
        await moves.rescue(conn)
    found = await detail(job.id)
    assert (found["state"], found["progress"]["done"]) == ("failed", 1)


async def test_a_job_cancelled_between_two_attempts_keeps_how_far_it_was(database):
    (job,) = await claimed()
    async with db.connection() as conn:
        await moves.progress(conn, [(job, '{"done": 1, "total": 2, "message": ""}')])
        await moves.release(conn, job.worker)
    async with db.transaction() as tx:
        assert (await control.cancel(tx, job.id, actor="user:ada")).code == ""
    found = await detail(job.id)
    assert (found["state"], found["progress"]["done"]) == ("cancelled", 1)


@pytest.mark.parametrize(
    ("done", "total"),
    [(-1, 2), (1, -2), (float("nan"), 2), (1, float("inf")), (1, 2**53 + 1)],
)
async def test_what_is_no_count_is_refused(database, done, total):
    (job,) = await claimed()
    with pytest.raises(ValueError, match="progress counts from 0"):
        Context(sample_tasks.add, [job]).progress(done, total)


@pytest.mark.parametrize(
    ("how", "state"),
    [("returns", "succeeded"), ("raises", "failed"), ("finishes", "succeeded"), ("plain", "succeeded")],
)
async def test_what_is_said_last_is_kept_however_the_job_ends(make_engine, how, state):
    await make_engine()
    task = sample_tasks.tells_from_a_thread if how == "plain" else sample_tasks.tells
    found = await ended(await enqueue(task, how))
    assert found["state"] == state
    assert found["progress"] == {"done": 100, "total": 100, "message": "the last\ufffd of them"}


async def test_it_is_seen_while_the_job_runs_and_its_list_has_it_too(make_engine):
    await make_engine()
    id = await enqueue(sample_tasks.tells_and_waits, "gate")

    async def seen():
        return (await detail(id))["progress"]

    assert await eventually(seen) == {"done": 1, "total": 3, "message": "waiting"}
    sample_tasks.gates["gate"].opened.set()
    assert (await when(id, "succeeded"))["progress"]["done"] == 1


async def test_a_database_that_is_away_loses_nothing_of_it(progress, rounds, monkeypatch):
    (job,) = await claimed()
    away = asyncio.Event()

    async def refuse(conn, told, write=moves.progress):
        if not away.is_set():
            away.set()
            raise ConnectionResetError
        return await write(conn, told)

    monkeypatch.setattr(moves, "progress", refuse)
    Context(sample_tasks.add, [job], progress.tell).progress(1, 2)
    await rounds.pause()
    assert (await detail(job.id))["progress"]["done"] == 1
