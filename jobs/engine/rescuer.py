"""Takes jobs from workers that are gone."""

import logging
import random

from jobs import moves
from jobs.changes import publish
from jobs.engine.guarded import guarded
from jobs.engine.machine import Ticker

logger = logging.getLogger(__name__)

BATCH = 500


class Rescuer(Ticker):
    """Looks three times a lease, jittered, for running jobs without a live lease. Any number may run."""

    name = "rescuer"

    def __init__(self, lease: float) -> None:
        super().__init__()
        self.lease = lease

    async def tick(self) -> float:
        async with guarded() as conn:
            rows = await moves.rescue(conn, BATCH)
        if rows:
            failed = sum(row[3] == "failed" for row in rows)
            logger.warning("jobs of lost workers: %d run again, %d failed", len(rows) - failed, failed)
            await publish(moves.moved(rows))
        return 0.0 if len(rows) == BATCH else self.lease / 3 * random.uniform(0.75, 1.25)  # noqa: S311
