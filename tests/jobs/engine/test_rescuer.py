"""Jobs of a worker that is gone."""

from jobs import db, moves
from tests.jobs import sample_tasks
from tests.jobs.conftest import detail, ended, enqueue, rows
from tests.jobs.test_moves import worker
from tests.support import eventually


async def test_a_lost_workers_job_runs_again_elsewhere(make_engine):
    id = await enqueue(sample_tasks.add, 1, 2)
    dead = await worker(lease=0.5)
    async with db.connection() as conn:
        assert len(await moves.claim(conn, "default", 1, dead)) == 1
    await make_engine(LEASE=0.9, FENCE=0.8, BEAT=0.1)
    job = await ended(id)
    assert (job["state"], job["attempt"], job["result"]) == ("succeeded", 2, 3)
    assert [a["outcome"] for a in job["attempts"]] == ["lost"]


async def test_a_job_many_leases_long_runs_once(make_engine):
    lease = 2.0
    await make_engine(LEASE=lease, FENCE=1.9, BEAT=0.05)
    id = await enqueue(sample_tasks.waits_at, "long")
    await sample_tasks.gates["long"].entered.wait()

    async def leases_held():
        (row,) = await rows(
            "SELECT extract(epoch FROM w.lease_until - j.started_at)::float AS held FROM worker w, job j"
            " WHERE j.id = $1 AND w.id = j.worker",
            id,
        )
        return row["held"] > 3 * lease

    assert await eventually(leases_held)
    sample_tasks.gates["long"].opened.set()
    job = await ended(id)
    assert (job["state"], job["attempt"]) == ("succeeded", 1)


async def test_a_finish_after_the_rescue_is_fenced_and_counted(make_engine):
    engine = await make_engine()
    id = await enqueue(sample_tasks.writes_then_waits, "stale")
    gate = sample_tasks.gates["stale"]
    await gate.entered.wait()
    await rows("UPDATE job SET fence = fence + 1000000, worker = gen_random_uuid() WHERE id = $1", id)
    gate.opened.set()
    job = await ended(id)
    assert (job["state"], job["attempt"]) == ("succeeded", 2), "rescued, and run again"
    assert engine.status()["counts"]["fenced"] == 1
    assert await rows("SELECT key FROM pace WHERE key = 'stale'") == [{"key": "stale"}]
    assert (await detail(id))["result"] is True
