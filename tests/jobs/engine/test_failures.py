"""What follows a job that failed for good."""

import pytest

from jobs import db, moves
from jobs.engine.failures import follow_up
from jobs.enqueue import enqueue_on, new_job
from tests.jobs import sample_tasks
from tests.jobs.conftest import ended, enqueue, rows
from tests.jobs.engine.test_listener import within
from tests.jobs.test_moves import claim, worker

PATH = "tests.jobs.sample_tasks.breaks"


async def followed(about):
    """The jobs that followed, in one look: between two it moves from one table to the other."""
    found = await rows(
        "SELECT id FROM job_history WHERE subject = $1 AND task LIKE '%.hears_of_it'"
        " UNION ALL SELECT id FROM job WHERE subject = $1 AND task LIKE '%.hears_of_it'",
        about,
    )
    return [row["id"] for row in found]


async def test_it_has_the_same_arguments_and_is_told_why(make_engine):
    await make_engine()
    job = await ended(await enqueue(sample_tasks.breaks, "vase", how="badly", subject="room:1"))
    assert (job["state"], job["attempt"]) == ("failed", 2)
    (follower,) = await followed("room:1")
    told = {"failed": PATH, "error": "ValueError: in pieces"}
    assert (await ended(follower))["result"] == ["vase", {"how": "badly", **told}]


async def test_it_follows_the_last_attempt_and_no_other(make_engine):
    await make_engine()
    await ended(await enqueue(sample_tasks.breaks, "vase", subject="room:2"))
    assert len(await followed("room:2")) == 1


async def test_it_follows_a_job_that_was_lost_with_its_worker(make_engine):
    job = new_job(sample_tasks.breaks, "vase", subject="room:3")
    async with db.transaction() as tx:
        await enqueue_on(tx, [job])
    await rows("UPDATE job SET max_attempts = 1")
    dead = await worker()
    await claim(dead)
    await rows("DELETE FROM worker WHERE id = $1", dead)
    await make_engine()
    assert (await ended(job.id))["error"] == "lost with its worker"
    (follower,) = await followed("room:3")
    assert (await ended(follower))["result"][1]["error"] == "lost with its worker"


async def test_nothing_follows_where_the_arguments_are_deeper_than_is_taken_in_now(make_engine, caplog):
    job = new_job(sample_tasks.breaks, "vase", subject="room:4")
    async with db.transaction() as tx:
        await enqueue_on(tx, [job])
    await rows("UPDATE job SET args = $1::text::jsonb", "[" * 300 + "]" * 300)
    await make_engine()
    assert (await ended(job.id))["state"] == "failed"
    assert await followed("room:4") == []
    assert "its follow-up cannot have the same arguments: it is nested deeper" in caplog.text
    assert "is started again" not in caplog.text


async def test_nothing_follows_an_end_that_was_not_stored(make_engine, monkeypatch):
    engine = await make_engine()

    async def fenced(conn, outcomes):
        return {}

    monkeypatch.setattr(moves, "finish", fenced)
    await enqueue(sample_tasks.breaks.using(retry=sample_tasks.ONCE), "vase", subject="room:4")
    while not engine.finishes.counts["fenced"]:
        await within(rows("SELECT pg_sleep(0.02)"))
    assert await followed("room:4") == []


@pytest.mark.parametrize("path", ["tests.jobs.sample_tasks.add", "nowhere.at.all"])
def test_nothing_follows_a_task_that_names_nothing_or_that_nobody_knows(path):
    assert follow_up(path, [], {}, subject="", error="") is None
