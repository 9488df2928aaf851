"""History's partitions: made ahead, dropped behind."""

from datetime import UTC, datetime, timedelta
from unittest.mock import AsyncMock

from jobs import db
from jobs.engine.pruner import Pruner
from jobs.statements import sql
from tests.jobs import sample_tasks
from tests.jobs.conftest import ended as ended_job
from tests.jobs.conftest import enqueue, rows
from tests.support import eventually

PARTITIONS = (
    r"SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'job_history'::regclass"
)


async def partitions():
    return {row["name"] for row in await rows(PARTITIONS)}


def named(day):
    return f"job_history_{day:%Y%m%d}"


async def ended(finished_at):
    await rows(
        "INSERT INTO job_history (id, task, run_at, created_at, state, finished_at)"
        " VALUES (gen_random_uuid(), 't', $1, $1, 'succeeded', $1)",
        finished_at,
    )


async def test_partitions_are_made_ahead_and_dropped_behind(database):
    today = datetime.now(UTC)
    pruner = Pruner(days=30)
    await pruner.tick()
    assert {named(today + timedelta(days=n)) for n in range(4)} <= await partitions()
    old = (today - timedelta(days=40)).replace(hour=0, minute=0, second=0, microsecond=0)
    await rows(
        f"CREATE TABLE {named(old)} PARTITION OF job_history"
        f" FOR VALUES FROM ('{old:%F} 00:00+00') TO ('{old + timedelta(days=1):%F} 00:00+00')"
    )
    await pruner.tick()
    assert named(old) not in await partitions()
    assert named(today) in await partitions()


async def test_jobs_end_in_their_days_partition(database):
    await Pruner(days=30).tick()
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    await ended(tomorrow)
    assert await rows("SELECT tableoid::regclass::text AS name FROM job_history") == [
        {"name": named(tomorrow)}
    ]


async def test_a_job_that_ends_while_its_days_partition_is_attached_ends_all_the_same(
    database, make_engine, monkeypatch
):
    """Its row is on the way into the default partition, which is then no longer the one for it."""
    monkeypatch.setattr(Pruner, "tick", AsyncMock(return_value=3600.0))
    day = named(datetime.now(UTC))
    await rows(f"DROP TABLE IF EXISTS {day}")
    await make_engine()
    async with db.transaction() as tx:
        (plan,) = [r for r in await tx.conn.fetch(sql("plan_partitions"), 30) if r["name"] == day]
        await tx.conn.execute(plan["ddl"])
        id = await enqueue(sample_tasks.add, 1, 1)
        await eventually(history_is_waited_for)
    assert (await ended_job(id))["state"] == "succeeded"
    assert await rows("SELECT tableoid::regclass::text AS name FROM job_history") == [{"name": day}]


async def history_is_waited_for():
    return await rows(
        "SELECT pid FROM pg_locks WHERE relation = 'job_history_default'::regclass AND NOT granted"
    )


async def test_what_has_no_partition_is_pruned_too(database):
    long_ago = datetime.now(UTC) - timedelta(days=50)
    await ended(long_ago)
    await rows(
        "INSERT INTO attempt (job, number, fence, started_at, ended_at, outcome)"
        " VALUES (gen_random_uuid(), 1, 1, $1, $1, 'failed')",
        long_ago,
    )
    await rows(
        "INSERT INTO job_minute (minute, task, queue, state, shard) VALUES ($1, 't', 'q', 'failed', 0)",
        long_ago,
    )
    await rows(
        "INSERT INTO worker (id, name, lease_until) VALUES (gen_random_uuid(), 'gone', $1)",
        long_ago,
    )
    await Pruner(days=30).tick()
    for table in ("job_history", "attempt", "job_minute", "worker"):
        assert await rows(f"SELECT count(*)::int AS n FROM {table}") == [{"n": 0}], table


async def test_a_day_that_lies_in_the_default_partition_stays_there(database):
    day = datetime.now(UTC) + timedelta(days=3)
    await rows(f"DROP TABLE IF EXISTS {named(day)}")
    await ended(day)
    await Pruner(days=30).tick()
    assert named(day) not in await partitions()
    assert named(day - timedelta(days=1)) in await partitions()


async def test_many_old_attempts_go_in_batches_one_look_after_the_other(database, monkeypatch):
    monkeypatch.setattr("jobs.engine.pruner.BATCH", 10)
    await rows(
        "INSERT INTO attempt (job, number, fence, started_at, ended_at, outcome)"
        " SELECT gen_random_uuid(), 1, n, now(), now() - interval '40 days', 'failed'"
        " FROM generate_series(1, 25) AS n"
    )
    pruner = Pruner(days=30)
    waits = [await pruner.tick() for _ in range(3)]
    assert waits[:2] == [0.0, 0.0]
    assert waits[2] > 0
    assert await rows("SELECT id FROM attempt") == []
