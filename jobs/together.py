"""Single enqueues that arrive together are written together, in one statement."""

import asyncio

import asyncpg

from jobs import db
from jobs.changes import publish
from jobs.enqueue import NewJob, changes, columns
from jobs.statements import sql

#: Jobs a statement at most.
BATCH = 500

#: What says that one of the jobs is at fault: each is tried alone, and hears its own answer.
REFUSED = (TypeError, ValueError, asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)


class Together:
    """Collects what one loop enqueues while a statement is under way, and writes it with the next."""

    def __init__(self) -> None:
        self._waiting: list[tuple[NewJob, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def enqueue(self, job: NewJob) -> None:
        """Return when the job is committed. Raises what the database said about this job."""
        written = asyncio.get_running_loop().create_future()
        self._waiting.append((job, written))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write(), name="jobs.together")
        await written

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            try:
                await _insert([job for job, _ in batch])
            except REFUSED:
                for job, written in batch:
                    await _insert_one(job, written)
            except Exception as error:
                for _, written in batch:
                    if not written.done():
                        written.set_exception(error)
            else:
                for _, written in batch:
                    if not written.done():
                        written.set_result(None)


async def _insert(jobs: list[NewJob]) -> None:
    """The statement is its own transaction: BEGIN and COMMIT would be two more waits for the server."""
    async with db.connection() as conn:
        rows = await conn.fetch(sql("enqueue"), *columns(jobs))
    await publish(changes(rows))


async def _insert_one(job: NewJob, written: asyncio.Future[None]) -> None:
    if written.done():
        return
    try:
        await _insert([job])
    except Exception as error:
        written.set_exception(error)
    else:
        written.set_result(None)


_by_loop: dict[asyncio.AbstractEventLoop, Together] = {}


def together() -> Together:
    """The collector of the running loop."""
    loop = asyncio.get_running_loop()
    if loop not in _by_loop:
        for closed in [known for known in _by_loop if known.is_closed()]:
            del _by_loop[closed]
        _by_loop[loop] = Together()
    return _by_loop[loop]
