"""The statements of a job's life, without an engine."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from jobs import db, moves
from jobs.changes import Change
from jobs.enqueue import NewJob, enqueue_on
from jobs.outcome import Outcome
from tests.jobs.conftest import detail, rows


async def worker(lease: float = 30.0):
    """A worker row with a lease of so many seconds; its id."""
    id = uuid4()
    await rows(
        "INSERT INTO worker (id, name, lease_until) VALUES ($1, 'w', clock() + make_interval(secs => $2))",
        id,
        lease,
    )
    return id


async def put(*jobs: NewJob) -> None:
    async with db.transaction() as tx:
        await enqueue_on(tx, jobs)


async def claim(worker_id, limit=10):
    async with db.connection() as conn:
        return await moves.claim(conn, "default", limit, worker_id)


async def claim_apart(worker_id):
    async with db.connection() as conn:
        return await moves.claim_apart(conn, ["other", "default"], worker_id)


async def lose(worker_id):
    """The worker is gone, and its jobs are rescued; their states."""
    await rows("DELETE FROM worker WHERE id = $1", worker_id)
    async with db.connection() as conn:
        return [row[3] for row in await moves.rescue(conn)]


async def test_jobs_are_claimed_by_priority_then_by_time(database):
    now = datetime.now(UTC)
    low = NewJob("t", priority=-1)
    late, early = NewJob("t", run_at=now - timedelta(minutes=1)), NewJob("t", run_at=now - timedelta(hours=1))
    high = NewJob("t", priority=5)
    await put(low, late, early, high)
    assert [job.id for job in await claim(await worker())] == [high.id, early.id, late.id, low.id]


async def test_a_job_is_claimed_once(database):
    await put(*(NewJob("t") for _ in range(10)))
    me = await worker()
    first, second = await claim(me, 7), await claim(me, 7)
    assert (len(first), len(second)) == (7, 3)
    assert len({job.id for job in first + second}) == 10
    assert len({job.fence for job in first + second}) == 10


async def test_other_queues_and_later_jobs_are_left_alone(database):
    await put(NewJob("t", queue="other"), NewJob("t", run_at=datetime.now(UTC) + timedelta(hours=1)))
    assert await claim(await worker()) == []


@pytest.mark.parametrize("lease", [pytest.param(None, id="unknown"), pytest.param(-1.0, id="lease over")])
async def test_a_worker_without_a_lease_claims_nothing(database, lease):
    await put(NewJob("t"))
    assert await claim(uuid4() if lease is None else await worker(lease)) == []


async def test_a_stale_finish_changes_nothing(database):
    await put(NewJob("t"))
    lost, rescuer = await worker(), await worker()
    (old,) = await claim(lost)
    await rows("DELETE FROM worker WHERE id = $1", lost)
    async with db.connection() as conn:
        await moves.rescue(conn)
        (new,) = await moves.claim(conn, "default", 1, rescuer)
        assert new.id == old.id
        assert await moves.finish(conn, [Outcome(old, "succeeded", result="1")]) == {}
        assert await moves.put_back(conn, [Outcome(old, "again")]) == []
        assert await moves.hold(conn, [old]) == set()
        assert (await detail(new.id))["state"] == "running"
        assert await moves.finish(conn, [Outcome(new, "succeeded", result="2")]) == {new.id: new.version + 1}
        assert await moves.finish(conn, [Outcome(new, "succeeded", result="3")]) == {}
    assert (await detail(new.id))["result"] == 2


async def test_only_jobs_without_a_live_lease_are_rescued(database):
    await put(*(NewJob("t") for _ in range(4)))
    dead, stopped, live = await worker(), await worker(), await worker()
    ((gone,), (halted,), (working,)) = [await claim(w, 1) for w in (dead, stopped, live)]
    await rows("UPDATE worker SET lease_until = clock() - interval '1 s' WHERE id = $1", dead)
    await rows("UPDATE worker SET stopped_at = clock() WHERE id = $1", stopped)
    async with db.connection() as conn:
        rescued = {row[0] for row in await moves.rescue(conn)}
    assert rescued == {gone.id, halted.id}
    assert (await detail(working.id))["state"] == "running"


async def test_a_rescue_sees_past_any_number_of_long_jobs(database):
    await put(*(NewJob("t") for _ in range(1010)))
    live, dead = await worker(), await worker()
    await claim(live, 1000)
    lost = await claim(dead, 10)
    await rows("DELETE FROM worker WHERE id = $1", dead)
    async with db.connection() as conn:
        assert {row[0] for row in await moves.rescue(conn, 10)} == {job.id for job in lost}


async def test_lost_jobs_with_one_attempt_left_wait_and_are_claimed_one_at_a_time(database):
    await put(*(NewJob("t", max_attempts=3) for _ in range(3)))
    first, second, third = await worker(), await worker(), await worker()
    await claim(first)
    assert await lose(first) == ["ready"] * 3
    await claim(second)
    assert await claim_apart(third) is None
    assert await lose(second) == ["waiting"] * 3
    assert await claim(third) == [], "no claim of many takes one of these"
    taken = [await claim_apart(third) for _ in range(4)]
    assert [job and (job.attempt, job.max_attempts) for job in taken] == [(3, 3)] * 3 + [None]
    assert len({job.fence for job in taken[:3]}) == 3


async def test_a_worker_without_a_lease_claims_nothing_apart_either(database):
    await put(NewJob("t", max_attempts=2))
    first = await worker()
    await claim(first)
    await lose(first)
    assert await claim_apart(uuid4()) is None
    assert await claim_apart(await worker(-1.0)) is None
    assert await claim_apart(await worker()) is not None


async def test_a_job_lost_at_its_last_attempt_fails(database):
    job = NewJob("t", max_attempts=2)
    await put(job)
    first, second = await worker(), await worker()
    assert len(await claim(first)) == 1
    assert await lose(first) == ["waiting"]
    assert (await claim_apart(second)).attempt == 2
    assert await lose(second) == ["failed"]
    found = await detail(job.id)
    assert (found["state"], found["error"]) == ("failed", "lost with its worker")
    assert [a["outcome"] for a in found["attempts"]] == ["lost", "lost"]
    assert await rows("SELECT state, count FROM job_minute") == [{"state": "failed", "count": 1}]


async def test_a_release_leaves_what_is_held(database):
    await put(NewJob("t"), NewJob("t"))
    me = await worker()
    kept, handed = await claim(me)
    async with db.connection() as conn:
        released = await moves.release(conn, me, [kept.id])
    assert [row[0] for row in released] == [handed.id]
    assert (await detail(handed.id))["max_attempts"] == 4
    assert (await detail(kept.id))["state"] == "running"


async def test_due_jobs_are_staged_and_later_ones_are_not(database):
    soon, later = (NewJob("t", run_at=datetime.now(UTC) + timedelta(hours=h)) for h in (1, 3))
    await put(soon, later)
    async with db.pool().acquire() as conn, conn.transaction():
        assert await moves.stage(conn) == []
        await conn.execute("SET LOCAL headrace.clock_offset = '2 hours'")
        assert [row[0] for row in await moves.stage(conn)] == [soon.id]


async def test_every_write_raises_the_version(database):
    job = NewJob("t")
    await put(job)
    me = await worker()
    (claimed,) = await claim(me)
    async with db.connection() as conn:
        (back,) = await moves.put_back(conn, [Outcome(claimed, "again", extra=1)])
        (again,) = await moves.claim(conn, "default", 1, me)
        ended = await moves.finish(conn, [Outcome(again, "cancelled", error="enough")])
    assert [claimed.version, back[1], again.version, ended[job.id]] == [2, 3, 4, 5]


def test_moved_rows_are_told_with_the_queues_they_wake():
    id = uuid4()
    rows_ = [(id, 3, "default", "ready"), (id, 4, "default", "failed"), (id, 5, "slow", "scheduled")]
    assert moves.moved(rows_) == [
        Change("job", str(id), 3),
        Change("job", str(id), 4),
        Change("job", str(id), 5),
        Change("ready", "default"),
        Change("scheduled", "slow"),
    ]


async def test_the_claim_reads_its_index_among_fifty_thousand_rows(database):
    await rows(
        "INSERT INTO job (id, task, queue, state, run_at) SELECT gen_random_uuid(), 't', 'q' || n % 5,"
        " CASE WHEN n % 10 = 0 THEN 'ready' ELSE 'scheduled' END, clock() FROM generate_series(1, 50000) AS n"
    )
    await rows("ANALYZE job")
    me = await worker()
    async with db.connection() as conn:
        plan = await conn.fetch("EXPLAIN " + moves.sql("claim"), "q0", 50, me)
    text = "\n".join(row[0] for row in plan)
    assert "Index Scan using job_claim on job" in text
    assert "Seq Scan on job" not in text
    assert "Sort" not in text, "the index gives the order"
