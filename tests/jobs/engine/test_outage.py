"""The database goes away for a moment, in several ways; no job is lost and none is done twice."""

import asyncio

import asyncpg
import pytest

from jobs import db, moves
from jobs.engine.guarded import guarded
from jobs.enqueue import enqueue_on, new_job
from jobs.outcome import Outcome
from tests.jobs import sample_tasks
from tests.jobs.conftest import ended, enqueue, rows
from tests.support import eventually


async def test_jobs_go_on_after_every_connection_is_cut(make_engine):
    engine = await make_engine()
    jobs = [new_job(sample_tasks.finishes_in_transaction, f"cut-{n}") for n in range(200)]
    async with db.transaction() as tx:
        await enqueue_on(tx, jobs)

    async def cut():
        conn = await asyncpg.connect(**db.connect_options())
        await conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND application_name LIKE 'headrace%'"  # not Django's own, which empties the tables
        )
        await conn.close()

    for _ in range(3):
        await cut()

    async def all_ended():
        try:
            return not await rows("SELECT id FROM job")
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False  # this connection had been cut, too

    await eventually(all_ended, 30)
    states = await rows("SELECT state, count(*)::int AS n FROM job_history GROUP BY state")
    effects = await rows("SELECT count(*)::int AS n FROM pace WHERE key LIKE 'cut-%'")
    assert effects == [{"n": sum(row["n"] for row in states if row["state"] == "succeeded")}]
    assert sum(row["n"] for row in states) == 200
    assert engine.status()["ready"]


@pytest.mark.parametrize("error", [OSError("dark"), TimeoutError(), asyncpg.InterfaceError("closed")])
async def test_outcomes_wait_for_the_database(make_engine, monkeypatch, error):
    await make_engine()
    real, failures = moves.finish, []

    async def dark(conn, outcomes):
        if len(failures) < 3:
            failures.append(outcomes)
            raise error
        return await real(conn, outcomes)

    monkeypatch.setattr(moves, "finish", dark)
    job = await ended(await enqueue(sample_tasks.add, 1, 1))
    assert (job["state"], job["attempt"]) == ("succeeded", 1)
    assert len(failures) == 3


async def test_an_outcome_the_database_refuses_fails_its_job_and_no_other(make_engine, monkeypatch):
    engine = await make_engine()
    real = moves.finish

    async def refuses(conn, outcomes):
        if any(o.result == "13" for o in outcomes):
            raise asyncpg.DataError("13 is refused")
        return await real(conn, outcomes)

    monkeypatch.setattr(moves, "finish", refuses)
    jobs = [new_job(sample_tasks.add, 10, n) for n in range(10)]
    async with db.transaction() as tx:
        await enqueue_on(tx, jobs)
    states = [(await ended(job.id))["state"] for job in jobs]
    assert states == ["succeeded"] * 3 + ["failed"] + ["succeeded"] * 6
    assert engine.finishes.restarts == 0


async def test_a_finish_that_was_stored_without_an_answer_is_not_stored_twice(make_engine, monkeypatch):
    engine = await make_engine()
    real, lost = moves.finish, []

    async def loses_an_answer(conn, outcomes: list[Outcome]):
        answer = await real(conn, outcomes)
        if not lost:
            lost.append(answer)
            raise TimeoutError
        return answer

    monkeypatch.setattr(moves, "finish", loses_an_answer)
    id = await enqueue(sample_tasks.add, 1, 1)
    assert (await ended(id))["state"] == "succeeded"

    async def let_go():
        return len(engine.held) == 0

    await eventually(let_go)
    assert await rows("SELECT count FROM job_minute") == [{"count": 1}]


async def test_a_claim_whose_answer_never_came_is_handed_back(make_engine, monkeypatch):
    engine = await make_engine()
    real, lost = moves.claim, []

    async def loses_an_answer(conn, queue, limit, worker):
        jobs = await real(conn, queue, limit, worker)
        if jobs and not lost:
            lost.append(jobs)
            raise TimeoutError
        return jobs

    monkeypatch.setattr(moves, "claim", loses_an_answer)
    job = await ended(await enqueue(sample_tasks.add, 1, 1))
    assert (job["state"], job["attempt"]) == ("succeeded", 2)
    assert [a["outcome"] for a in job["attempts"]] == ["released"]
    assert engine.claims.restarts == 0


async def test_random_cancels_leave_the_pool_whole(database):
    """What asyncpg#467 was about: a cancel at any moment must not cost a connection."""

    async def use():
        async with guarded() as conn:
            await conn.fetchval("SELECT pg_sleep(0.002)")

    for n in range(60):
        task = asyncio.create_task(use())
        for _ in range(n % 12):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task}, timeout=5)
        assert task.done()
    size = db.pool().get_max_size()
    await asyncio.gather(*(use() for _ in range(size)))
