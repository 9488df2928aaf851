"""The engine as a whole, on a real database."""

from jobs import db, store
from jobs.engine.engine import Engine
from jobs.enqueue import enqueue_on, new_job
from tests.jobs import sample_tasks
from tests.support import eventually


async def test_a_job_runs_and_is_finished_to_history(database):
    engine = Engine()
    await engine.start()
    try:
        job = new_job(sample_tasks.add, 1, 2)
        async with db.transaction() as tx:
            await enqueue_on(tx, [job])

        async def ended():
            async with db.connection() as conn:
                detail = await store.job_detail(conn, job.id)
            return detail if detail["finished_at"] else None

        detail = await eventually(ended)
        assert detail["state"] == "succeeded"
        assert detail["result"] == 3
    finally:
        await engine.stop()
