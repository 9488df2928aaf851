"""Takes jobs from workers that are gone, and the database from those that stand still."""

import logging
import random
from typing import Any

from jobs import db, moves
from jobs.changes import publish
from jobs.engine.failures import follow_up
from jobs.engine.guarded import guarded
from jobs.engine.machine import Ticker
from jobs.enqueue import enqueue_on
from jobs.statements import sql

logger = logging.getLogger(__name__)

BATCH = 500


class Rescuer(Ticker):
    """Looks three times a lease, jittered, for running jobs without a live lease. Any number may run."""

    name = "rescuer"

    def __init__(self, lease: float) -> None:
        super().__init__()
        self.lease = lease

    async def tick(self) -> float:
        async with guarded() as conn, conn.transaction():
            tx = db.Transaction(conn)
            rows = await moves.rescue(conn, BATCH)
            failed = [row for row in rows if row[3] == "failed"]
            await _follow_up(tx, failed)
        if rows:
            again = len(rows) - len(failed)
            logger.warning("jobs of lost workers: %d run again, %d failed", again, len(failed))
            await publish(moves.moved(rows) + tx.changes)
        await self._end_frozen()
        return 0.0 if len(rows) == BATCH else self.lease / 3 * random.uniform(0.75, 1.25)  # noqa: S311

    async def _end_frozen(self) -> None:
        async with guarded() as conn:
            ended = await conn.fetch(sql("end_frozen"), self.lease)
        if ended:
            logger.warning("%d connections of processes that stand still were ended", len(ended))


async def _follow_up(tx: db.Transaction, failed: list[Any]) -> None:
    following = [
        follow_up(task, args, kwargs, subject=subject, error="lost with its worker")
        for _id, _version, _queue, _state, task, args, kwargs, subject in failed
    ]
    await enqueue_on(tx, [job for job in following if job is not None])
