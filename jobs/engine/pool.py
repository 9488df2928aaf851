"""One queue's workers: a bounded buffer of claimed jobs, and consumers that run them."""

import asyncio
import logging
from collections.abc import Callable

from jobs.engine.executor import Executor
from jobs.engine.finishes import Finishes
from jobs.engine.held import Held
from jobs.engine.machine import Machine
from jobs.outcome import ClaimedJob
from jobs.tasks import resolve

logger = logging.getLogger(__name__)


class Pool:
    """``slots`` consumers over a buffer that keeps ``prefetch`` jobs at hand beyond the free slots."""

    def __init__(
        self,
        queue: str,
        slots: int,
        prefetch: int,
        *,
        executor: Executor,
        finishes: Finishes,
        held: Held,
        freed: Callable[[str], None],
    ) -> None:
        self.queue, self.slots, self.prefetch = queue, slots, prefetch
        self.buffer: asyncio.Queue[ClaimedJob] = asyncio.Queue(maxsize=slots + prefetch)
        self.busy = 0
        self.executor, self.finishes, self.held = executor, finishes, held
        #: Told the queue's name when a consumer has become free.
        self.freed = freed
        self.idle = asyncio.Event()
        self.idle.set()
        self._consumers = [Consumer(self, number) for number in range(slots)]

    def room(self) -> int:
        """How many jobs may be claimed now."""
        return max(0, self.slots - self.busy + self.prefetch - self.buffer.qsize())

    def add(self, jobs: list[ClaimedJob]) -> None:
        """Take claimed jobs; never more than ``room``."""
        self.held.add(jobs)
        for job in jobs:
            self.buffer.put_nowait(job)

    def take_alike(self, first: ClaimedJob) -> list[ClaimedJob]:
        """The job, and the buffered ones of its task up to the task's batch. The others keep their order."""
        size = _batch_of(first)
        if size == 1:
            return [first]
        taken = [first]
        others: list[ClaimedJob] = []
        while not self.buffer.empty():
            job = self.buffer.get_nowait()
            (taken if job.task == first.task and len(taken) < size else others).append(job)
        for job in others:
            self.buffer.put_nowait(job)
        return taken

    def forget_buffered(self) -> int:
        """Let go of the jobs nobody has begun; how many they were."""
        dropped = []
        while not self.buffer.empty():
            dropped.append(self.buffer.get_nowait())
        self.held.forget(dropped)
        return len(dropped)

    async def start(self) -> None:
        for consumer in self._consumers:
            await consumer.start()

    async def stop(self) -> None:
        """Stop the consumers. What they still run is cut off; drain first."""
        await asyncio.gather(*(consumer.stop() for consumer in self._consumers))


class Consumer(Machine):
    """Takes jobs out of the buffer, has them run, and passes their outcomes on."""

    def __init__(self, pool: Pool, number: int) -> None:
        super().__init__()
        self.name = f"consumer {pool.queue} {number}"
        self.pool = pool

    async def run(self) -> None:
        while True:
            first = await self.pool.buffer.get()
            await self._consume(self.pool.take_alike(first))

    async def _consume(self, jobs: list[ClaimedJob]) -> None:
        pool = self.pool
        pool.busy += 1
        pool.idle.clear()
        stored = False
        try:
            outcomes = await pool.executor.run(jobs)
            await pool.finishes.put(outcomes)
            stored = True
        finally:
            if not stored:
                # Cut off: the rows become strays, which the claims hand back.
                pool.held.forget(jobs)
            pool.busy -= 1
            if pool.busy == 0:
                pool.idle.set()
            pool.freed(pool.queue)


def _batch_of(job: ClaimedJob) -> int:
    try:
        return resolve(job.task).batch
    except Exception:
        # The executor meets the same error when it runs the job, and makes it the job's outcome.
        logger.debug("the task %s cannot be loaded", job.task)
        return 1
