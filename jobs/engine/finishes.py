"""Stores outcomes: those that arrive within a few milliseconds in one statement."""

import asyncio
import logging
import random
from collections import Counter, deque
from collections.abc import Sequence
from uuid import UUID

import asyncpg

from jobs import db, moves
from jobs.away import LOST
from jobs.changes import Change, publish
from jobs.compat import TaskResultStatus, task_finished
from jobs.engine.failures import follow_up
from jobs.engine.guarded import guarded
from jobs.engine.held import Held
from jobs.engine.machine import Machine, reason
from jobs.enqueue import enqueue_on
from jobs.outcome import FINAL, Outcome
from jobs.results import claimed_result
from jobs.signals import heard, tell
from jobs.tasks import resolve

logger = logging.getLogger(__name__)

#: Seconds an outcome waits for company, outcomes a statement, outcomes that may wait in all.
PAUSE, BATCH, ROOM = 0.003, 500, 2000

#: Refusals of the values themselves: the same statement would be refused again.
_REFUSED = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.ProgramLimitExceededError)


class JobFailed(Exception):
    """A job failed or was cancelled; says the traceback of its last attempt, or why in words."""


class Finishes(Machine):
    """Writes outcomes until the database has taken them. A stale one changes nothing and is counted."""

    name = "finishes"

    def __init__(self, held: Held) -> None:
        super().__init__()
        self.held = held
        self.counts: Counter[str] = Counter(succeeded=0, failed=0, cancelled=0, retried=0, fenced=0)
        #: Outcomes to store, and those of them that are in hand.
        self._queue: deque[Outcome] = deque()
        self._batch: list[Outcome] = []
        self._more, self._room, self._empty = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._empty.set()

    async def put(self, outcomes: Sequence[Outcome]) -> None:
        """Take outcomes to store. Waits while too many are unwritten."""
        for outcome in outcomes:
            if outcome.kind in FINAL or outcome.kind == "again":
                while len(self._queue) >= ROOM:
                    self._room.clear()
                    await self._room.wait()
                self._queue.append(outcome)
                self._more.set()
                self._empty.clear()
            else:
                await self._note(outcome)

    async def drained(self) -> None:
        """Wait until everything put so far is stored."""
        await self._empty.wait()

    async def run(self) -> None:
        # A batch that was in hand when this machine died is still there.
        while True:
            if not self._batch:
                while not self._queue:
                    self._more.clear()
                    await self._more.wait()
                if len(self._queue) < BATCH:
                    await asyncio.sleep(PAUSE)
            while len(self._batch) < BATCH and self._queue:
                self._batch.append(self._queue.popleft())
            self._room.set()
            await self._write_all()

    async def _write_all(self) -> None:
        failures = 0
        while self._batch:
            ending = [o for o in self._batch if o.kind in FINAL]
            batch = ending or self._batch
            try:
                await self._write(batch)
                failures = 0
            except _REFUSED as error:
                await self._write_refused(batch, error)
            except LOST as error:
                failures += 1
                if failures == 1:
                    logger.warning("outcomes wait for the database: %s", reason(error))
                await asyncio.sleep(min(0.05 * 2 ** min(failures, 10), 2.0) * random.uniform(0.5, 1))  # noqa: S311

    async def _write(self, batch: list[Outcome]) -> None:
        """Store outcomes of one sort (all final, or all again), and tell."""
        async with guarded() as conn:
            if batch[0].kind in FINAL:
                versions, told = await _finish(conn, batch)
                told += [Change("job", str(id), version) for id, version in versions.items()]
                won = set(versions)
            else:
                rows = await moves.put_back(conn, batch)
                told = moves.moved(rows)
                won = {row[0] for row in rows}
        self._done(batch)
        await publish(told)
        for outcome in batch:
            await self._note(outcome if outcome.job.id in won else outcome._replace(kind="fenced"))

    async def _write_refused(self, batch: list[Outcome], error: Exception) -> None:
        """One of these outcomes cannot be stored: find it, and let it fail in plain words."""
        if db.is_retryable(error):
            return  # they are still in hand
        if len(batch) > 1:
            half = len(batch) // 2
            for part in (batch[:half], batch[half:]):
                try:
                    await self._write(part)
                except _REFUSED as again:
                    await self._write_refused(part, again)
            return
        logger.error("the outcome of job %s cannot be stored: %s", batch[0].job.id, error)
        index = self._batch.index(batch[0])
        self._batch[index] = Outcome(
            batch[0].job, "failed", error="its outcome could not be stored", attempt="failed"
        )

    def _done(self, batch: Sequence[Outcome]) -> None:
        written = {id(outcome) for outcome in batch}
        self._batch = [outcome for outcome in self._batch if id(outcome) not in written]
        self.held.forget(outcome.job for outcome in batch)
        if not self._batch and not self._queue:
            self._empty.set()

    async def _note(self, outcome: Outcome) -> None:
        """Count, let go, and send django.tasks' signal for a job that ended."""
        self.held.forget([outcome.job])
        if outcome.kind == "interrupted":
            return
        if outcome.kind == "fenced":
            logger.warning("job %s was claimed by another since: its outcome is dropped", outcome.job.id)
        kind = {"done": "succeeded", "again": "retried"}.get(outcome.kind, outcome.kind)
        self.counts[kind] += 1
        if kind in FINAL:
            await _send_finished(outcome)


async def _finish(conn: db.Connection, batch: list[Outcome]) -> tuple[dict[UUID, int], list[Change]]:
    """Move jobs to history, and enqueue what follows those that failed; versions by id, and changes."""
    following = {
        o.job.id: follow_up(o.job.task, o.job.args, o.job.kwargs, subject=o.job.subject, error=o.error)
        for o in batch
        if o.kind == "failed"
    }
    if not any(following.values()):
        return await moves.finish(conn, batch), []
    async with conn.transaction():
        tx = db.Transaction(conn)
        versions = await moves.finish(conn, batch)
        await enqueue_on(tx, [job for id, job in following.items() if job is not None and id in versions])
    return versions, tx.changes


async def _send_finished(outcome: Outcome) -> None:
    ok = outcome.kind in ("succeeded", "done")
    if ok and not heard(task_finished):
        return
    try:
        task = resolve(outcome.job.task)
    except Exception:
        return  # a task nobody knows has no sender
    status = TaskResultStatus.SUCCESSFUL if ok else TaskResultStatus.FAILED
    result = claimed_result(task, outcome.job, status)
    sender = type(task.get_backend())
    if ok:
        await tell(task_finished, sender, task_result=result)
        return
    try:
        raise JobFailed(outcome.traceback or outcome.error)
    except JobFailed:  # django.tasks' own receiver logs the error that is being handled
        await tell(task_finished, sender, task_result=result)
