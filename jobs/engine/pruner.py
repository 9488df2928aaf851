"""Makes history's partitions ahead and drops those behind; deletes what else is too old."""

import logging
import random

import asyncpg

from jobs import db
from jobs.engine.guarded import guarded
from jobs.engine.machine import Ticker
from jobs.statements import sql

logger = logging.getLogger(__name__)

#: Seconds between two looks, and that one statement may take.
PAUSE, SECONDS = 3600.0, 60.0

#: Attempts deleted at once; where there are more, the next look follows at once.
BATCH = 10_000

#: One pruner at a time on a database; the key is the word "prune" in ASCII.
LOCK = 0x7072756E65


class Pruner(Ticker):
    """Keeps ``days`` of history."""

    name = "pruner"

    def __init__(self, days: int) -> None:
        super().__init__()
        self.days = days

    async def tick(self) -> float:
        async with guarded(SECONDS) as conn:
            if not await self._partitions(conn):
                return self._pause()
            for name, args in (
                ("prune_default", (self.days,)),
                ("prune_minutes", (self.days,)),
                ("prune_workers", ()),
                ("prune_attempts", (self.days, BATCH)),
            ):
                async with conn.transaction():
                    if not await _alone(conn):
                        return self._pause()
                    pruned = await conn.execute(sql(name), *args)
        return 0.0 if pruned == f"DELETE {BATCH}" else self._pause()

    def _pause(self) -> float:
        return PAUSE * random.uniform(0.75, 1.25)  # noqa: S311

    async def _partitions(self, conn: db.Connection) -> bool:
        """Make and drop them, each in a transaction; whether this pruner was the only one."""
        for name, makes, ddl in await conn.fetch(sql("plan_partitions"), self.days):
            try:
                async with conn.transaction():
                    if not await _alone(conn):
                        return False
                    # Whoever waits for a lock makes everybody behind it wait.
                    await conn.execute("SET LOCAL lock_timeout = '1s'")
                    await conn.execute(ddl)
            except asyncpg.CheckViolationError:
                # Jobs ended today before there was a partition: they lie in the default one, and so does
                # the rest of this day. Tomorrow's is made in time.
                logger.info("history's default partition keeps %s", name)
            except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
                verb = "making" if makes else "dropping"
                logger.info("%s %s waits for the next hour: the table is busy", verb, name)
        return True


async def _alone(conn: db.Connection) -> bool:
    """Whether no other pruner is at work; none will be until this transaction ends."""
    return await conn.fetchval("SELECT pg_try_advisory_xact_lock($1)", LOCK)
