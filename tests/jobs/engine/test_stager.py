from datetime import UTC, datetime, timedelta

from tests.jobs import sample_tasks
from tests.jobs.conftest import detail, ended, enqueue


async def test_a_scheduled_job_runs_when_its_time_has_come(make_engine):
    await make_engine(POLL=30.0)
    due = datetime.now(UTC) + timedelta(seconds=0.4)
    id = await enqueue(sample_tasks.add.using(run_after=due), 1, 1)
    assert (await detail(id))["state"] == "scheduled"
    job = await ended(id)
    assert job["state"] == "succeeded"
    assert timedelta() <= job["started_at"] - due < timedelta(seconds=5)


async def test_a_job_of_tomorrow_stays(make_engine):
    await make_engine()
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    later = await enqueue(sample_tasks.add.using(run_after=tomorrow), 1, 1)
    await ended(await enqueue(sample_tasks.add, 1, 1))
    assert (await detail(later))["state"] == "scheduled"
