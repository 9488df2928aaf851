"""The writes of a job's life, from claim to finish, each on the caller's connection."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from jobs.changes import Change
from jobs.db import Connection, by_column
from jobs.outcome import ClaimedJob, Outcome
from jobs.statements import sql


async def claim(conn: Connection, queue: str, limit: int, worker: UUID) -> list[ClaimedJob]:
    """Up to ``limit`` ready jobs of the queue, now running under this worker, best first."""
    rows = await conn.fetch(sql("claim"), queue, limit, worker)
    jobs = [ClaimedJob._make(row) for row in rows]
    # UPDATE … RETURNING promises no order.
    return sorted(jobs, key=lambda job: (-job.priority, job.run_at, job.id))


async def claim_apart(conn: Connection, queues: Sequence[str], worker: UUID) -> ClaimedJob | None:
    """The best job of these queues that was lost and has one attempt left, now running under this worker."""
    row = await conn.fetchrow(sql("claim_apart"), list(queues), worker)
    return None if row is None else ClaimedJob(*row)


async def hold(conn: Connection, jobs: Sequence[ClaimedJob]) -> set[UUID]:
    """Lock those of the jobs that still belong to their claim; their ids."""
    rows = await conn.fetch(sql("hold"), [job.id for job in jobs], [job.fence for job in jobs])
    return {row[0] for row in rows}


async def finish(conn: Connection, outcomes: Sequence[Outcome]) -> dict[UUID, int]:
    """Move ended jobs to history. The new version of each job that was still this claim's, by id.

    Of the columns that say what went wrong or how far it came, those that say nothing are sent empty: most
    are, and asyncpg looks at each value of an array three times.
    """
    rows = [
        (o.job.id, o.job.fence, o.kind, o.result, o.error, o.attempt, o.error_class, o.traceback, o.progress)
        for o in outcomes
    ]
    columns = by_column(rows, 9)
    columns[4:] = [column if any(column) else [] for column in columns[4:]]
    return {row[0]: row[1] for row in await conn.fetch(sql("finish"), *columns)}


async def put_back(conn: Connection, outcomes: Sequence[Outcome]) -> list[Any]:
    """Put running jobs back into the queue. Rows (id, version, queue, state) of those that were ours."""
    rows = [
        (o.job.id, o.job.fence, o.delay, o.extra, o.attempt, o.error_class, o.error, o.traceback, o.progress)
        for o in outcomes
    ]
    return await conn.fetch(sql("put_back"), *by_column(rows, 9))


async def progress(conn: Connection, told: Sequence[tuple[ClaimedJob, str]]) -> dict[UUID, int | None]:
    """Note how far jobs have come, as JSON. The new version by id of each that still is its claim's; None:
    its row was held just then, and nothing was written.
    """
    rows = [(job.id, job.fence, reached) for job, reached in told]
    return {row[0]: row[1] for row in await conn.fetch(sql("progress"), *by_column(rows, 3))}


async def release(conn: Connection, worker: UUID, held: Sequence[UUID] = ()) -> list[Any]:
    """Hand back what the worker claimed and does not hold. Rows (id, version, queue, state)."""
    return await conn.fetch(sql("release"), worker, list(held))


async def rescue(conn: Connection, limit: int = 500) -> list[Any]:
    """Take up to ``limit`` jobs from workers without a live lease.

    Rows (id, version, queue, state), and of those that failed (task, args, kwargs, subject).
    """
    return await conn.fetch(sql("rescue"), limit)


async def stage(conn: Connection, limit: int = 1000) -> list[Any]:
    """Make up to ``limit`` due jobs ready. Rows (id, version, queue, state)."""
    return await conn.fetch(sql("stage"), limit)


def moved(rows: Sequence[Any]) -> list[Change]:
    """What to tell about rows (id, version, queue, state): each job, and each queue that has jobs again."""
    told = [Change("job", str(row[0]), row[1]) for row in rows]
    wakes = {(row[3], row[2]) for row in rows if row[3] in ("ready", "scheduled")}
    return told + [Change(kind, queue) for kind, queue in sorted(wakes)]
