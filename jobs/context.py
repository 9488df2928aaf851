"""What a handler is given: its job, its progress, and transactions that hold while the job is its own."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

from jobs import compat, db, moves
from jobs.changes import Change
from jobs.encode import dump, words
from jobs.outcome import ClaimedJob, Fenced, Outcome
from jobs.results import claimed_result
from jobs.tasks import Task


class _Unset:
    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = _Unset()

#: The most that progress counts to: a browser counts exactly so far. Characters of its message.
MOST, MESSAGE = 2**53, 200


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

    def __init__(
        self, task: Task, jobs: Sequence[ClaimedJob], tell: Callable[["Context"], None] | None = None
    ) -> None:
        self.task = task
        self.jobs = list(jobs)
        #: How far it said that it is: done, total and message, and what is to be called when that changes.
        self.reached: tuple[float, float, str] | None = None
        self._tell = tell
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

    def progress(self, done: float, total: float, message: str = "") -> None:
        """Say how far this attempt is, as often as you like, also from a thread: it waits for nothing.

        Pages show it within a tenth of a second or two, and keep what was said last. It is written beside the
        handler's own transactions, and only while the job is this claim's. Raises ValueError for what is no
        count from 0 to MOST.
        """
        if not (0 <= done <= MOST and 0 <= total <= MOST):
            raise ValueError(f"progress counts from 0 to {MOST}, not {done!r} of {total!r}")
        self.reached = (done, total, words(" ".join(message.split()), MESSAGE))
        if self._tell is not None:
            self._tell(self)

    def reached_as_json(self) -> str | None:
        """What ``progress`` was told last; None before it was told anything."""
        if self.reached is None:
            return None
        return dump(dict(zip(("done", "total", "message"), self.reached, strict=True)))

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
                await _finish(tx, self.reached_as_json())
        self.finished.update(tx.results)


async def _finish(tx: JobTransaction, reached: str | None) -> None:
    outcomes = [
        Outcome(tx.jobs[id], "succeeded", result=dump(value), progress=reached)
        for id, value in tx.results.items()
    ]
    versions = await moves.finish(tx.conn, outcomes)
    tx.announce(*(Change("job", str(id), version) for id, version in versions.items()))
