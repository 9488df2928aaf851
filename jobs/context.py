"""What a handler is given: its job, and transactions that hold only while the job is its own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

from jobs import compat, db, moves
from jobs.changes import Change
from jobs.encode import dump
from jobs.outcome import ClaimedJob, Fenced, Outcome
from jobs.results import claimed_result
from jobs.tasks import Task


class _Unset:
    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = _Unset()


class JobTransaction(db.Transaction):
    """A transaction of a handler. ``results`` holds the value of each job it finishes at its commit."""

    def __init__(self, inner: db.Transaction, jobs: Sequence[ClaimedJob]) -> None:
        super().__init__(inner.conn)
        self.changes = inner.changes
        self.jobs = {job.id: job for job in jobs}
        self.results: dict[UUID, Any] = {}

    def finish(self, value: Any = None, job_id: UUID | None = None) -> None:
        """Finish the job (this one of a batch; without an id: every one) at the commit, with this value."""
        if job_id is None:
            self.results.update(dict.fromkeys(self.jobs, value))
        elif job_id in self.jobs:
            self.results[job_id] = value
        else:
            raise ValueError(f"{job_id} is not a job of this handler")


class Context:
    """The context of one run of a handler; for a batch, of all its jobs."""

    def __init__(self, task: Task, jobs: Sequence[ClaimedJob]) -> None:
        self.task = task
        self.jobs = list(jobs)
        #: Jobs that a transaction of this handler has finished.
        self.finished: set[UUID] = set()

    @property
    def job_id(self) -> UUID:
        """The job's id; the first one's of a batch."""
        return self.jobs[0].id

    @property
    def attempt(self) -> int:
        """Which attempt this is; 1 is the first."""
        return self.jobs[0].attempt

    @property
    def task_result(self) -> compat.TaskResult:
        """The job as django.tasks sees it."""
        return claimed_result(self.task, self.jobs[0])

    @asynccontextmanager
    async def transaction(self, finish: Any = UNSET) -> AsyncIterator[JobTransaction]:
        """A transaction that commits only while the job is still this claim's.

        Without ``finish`` it may be used several times, and its writes happen at least once. With a value the
        job is finished in the same commit, so that its writes happen exactly once; that is the handler's last
        act. In a batch ``finish`` finishes every job, each with its value in ``tx.results`` or None.

        Raises Fenced, having changed nothing, where a job was claimed by somebody else since.
        """
        open_jobs = [job for job in self.jobs if job.id not in self.finished]
        async with db.transaction(None) as inner:
            held = await moves.hold(inner.conn, open_jobs)
            if len(held) != len(open_jobs):
                raise Fenced(
                    f"{len(open_jobs) - len(held)} of {len(open_jobs)} jobs are no longer this worker's"
                )
            tx = JobTransaction(inner, open_jobs)
            yield tx
            if finish is not UNSET:
                value = finish if self.task.batch == 1 else None
                for job in open_jobs:
                    tx.results.setdefault(job.id, value)
            if tx.results:
                await _finish(tx)
        self.finished.update(tx.results)


async def _finish(tx: JobTransaction) -> None:
    outcomes = [Outcome(tx.jobs[id], "succeeded", result=dump(value)) for id, value in tx.results.items()]
    versions = await moves.finish(tx.conn, outcomes)
    tx.announce(*(Change("job", str(id), version) for id, version in versions.items()))
