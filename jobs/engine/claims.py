"""Claims jobs for the pools: when told that a queue has some, when a slot comes free, and now and then."""

import logging
import random
import time
from collections.abc import Mapping

from jobs import moves
from jobs.changes import Change, publish
from jobs.engine.guarded import guarded
from jobs.engine.heart import Heart
from jobs.engine.held import Held
from jobs.engine.lag import Lag
from jobs.engine.machine import Ticker
from jobs.engine.pool import Pool
from jobs.outcome import ClaimedJob

logger = logging.getLogger(__name__)

#: Seconds between two looks for strays: rows claimed by a statement whose answer never came.
SWEEP = 15.0


class Claims(Ticker):
    """One statement at a time for all queues, so that a sweep for strays never meets a claim under way."""

    name = "claims"

    def __init__(self, pools: Mapping[str, Pool], heart: Heart, held: Held, lag: Lag, poll: float) -> None:
        super().__init__()
        self.pools, self.heart, self.held, self.lag, self.poll = pools, heart, held, lag, poll
        #: Queues that were announced since the last look.
        self._told: set[str] = set(pools)
        #: Queues whose last claim came back full: there is probably more.
        self._more: set[str] = set()
        self._next_poll = 0.0
        self._next_sweep = 0.0
        self._claiming = False
        #: The last job that was claimed apart.
        self._apart: ClaimedJob | None = None

    def tell(self, queue: str) -> None:
        """The queue has jobs to claim."""
        if queue in self.pools:
            self._told.add(queue)
            self.wake()

    def freed(self, queue: str) -> None:
        """A consumer of the queue has become free."""
        if queue in self._more or queue in self._told or self._apart:
            self.wake()

    def look_everywhere(self) -> None:
        """Something may have been missed: look at every queue."""
        self._told.update(self.pools)
        self.wake()

    async def tick(self) -> float:
        now = time.monotonic()
        if not self.heart.alive:
            return self.poll
        if self._claiming or now >= self._next_sweep:
            await self._sweep()
        polling = now >= self._next_poll
        if polling:
            self._told.update(self.pools)
            self._next_poll = now + self.poll * random.uniform(0.75, 1.25)  # noqa: S311
        self._claiming = True
        for pool in self.pools.values():
            if pool.queue in self._told or pool.queue in self._more:
                await self._claim(pool)
        if polling or self._apart:
            await self._claim_apart()
        self._claiming = False
        return max(0.001, self._next_poll - time.monotonic())

    async def _claim(self, pool: Pool) -> None:
        if not pool.is_low():
            return  # stays in _told or _more; a consumer that becomes free wakes us
        room = self.lag.share(pool.room())
        worker = self.heart.worker
        self._told.discard(pool.queue)
        try:
            async with guarded() as conn:
                jobs = await moves.claim(conn, pool.queue, room, worker)
        except BaseException:
            self._told.add(pool.queue)
            raise
        if not self.heart.alive or self.heart.worker != worker:
            return  # fenced meanwhile: these belong to a life that is over, and are rescued
        pool.add(jobs)
        if len(jobs) == room:
            self._more.add(pool.queue)
        else:
            self._more.discard(pool.queue)
        await publish([Change("job", str(job.id), job.version) for job in jobs])

    async def _claim_apart(self) -> None:
        """Claim a job that was lost and has one attempt left, unless such a one is still in hand.

        A job that ends its process takes an attempt from all that run there, and they would come back
        together until all of them had failed. Alone among its like, it takes nobody's last.
        """
        queues = [pool.queue for pool in self.pools.values() if pool.room()]
        if not queues or (self._apart and self.held.has(self._apart)):
            return
        worker = self.heart.worker
        async with guarded() as conn:
            self._apart = job = await moves.claim_apart(conn, queues, worker)
        if job is None or not self.heart.alive or self.heart.worker != worker:
            return
        self.pools[job.queue].add([job])
        await publish([Change("job", str(job.id), job.version)])

    async def _sweep(self) -> None:
        """Hand back the rows that are ours and that nobody here holds."""
        async with guarded() as conn:
            rows = await moves.release(conn, self.heart.worker, self.held.ids())
        self._next_sweep = time.monotonic() + SWEEP
        self._claiming = False
        if rows:
            logger.warning("%d claimed jobs had got lost in this process and were handed back", len(rows))
            await publish(moves.moved(rows))
