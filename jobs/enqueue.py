"""Enqueue jobs on the caller's transaction: they exist if it commits, and not otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from jobs import db
from jobs.changes import Change
from jobs.encode import dump
from jobs.statements import sql
from jobs.tasks import Task


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be. run_at is an aware datetime, None for now; subject is what it is about: ``order:<id>``."""

    task: str
    args: list[Any] = field(default_factory=list)
    kwargs: dict[str, Any] = field(default_factory=dict)
    queue: str = "default"
    priority: int = 0
    run_at: datetime | None = None
    subject: str = ""
    max_attempts: int = 3
    id: UUID = field(default_factory=uuid7)


def new_job(task: Task, *args: Any, subject: str = "", **kwargs: Any) -> NewJob:
    """The job that runs this task with these arguments. Its id is known before it is written."""
    return NewJob(
        task=task.module_path,
        args=list(args),
        kwargs=kwargs,
        queue=task.queue_name,
        priority=task.priority,
        run_at=task.run_after,
        subject=subject,
        max_attempts=task.retry.attempts,
    )


def columns(jobs: Sequence[NewJob]) -> list[list[Any]]:
    """The jobs as enqueue.sql takes them: one list a column, arguments as JSON text.

    (Lists inside an array parameter would be taken for a further dimension of it.) Raises TypeError or
    ValueError for arguments that have no JSON form.
    """
    rows = [
        (
            job.id,
            job.task,
            job.queue,
            job.priority,
            dump(job.args),
            dump(job.kwargs),
            job.subject,
            job.run_at,
            job.max_attempts,
        )
        for job in jobs
    ]
    return db.by_column(rows, 9)


def changes(rows: Sequence[Any]) -> list[Change]:
    """What to tell after the commit: each new row, and each queue that has jobs to claim or to stage."""
    told = [Change("job", str(row[0]), 1) for row in rows]
    wakes = {("ready" if row[2] == "ready" else "scheduled", row[1]) for row in rows}
    return told + [Change(kind, queue) for kind, queue in sorted(wakes)]


async def enqueue_on(tx: db.Transaction, jobs: Sequence[NewJob]) -> None:
    """Insert the jobs, in one statement, on this transaction."""
    if jobs:
        tx.announce(*changes(await tx.conn.fetch(sql("enqueue"), *columns(jobs))))
