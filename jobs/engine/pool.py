"""One queue's workers: a bounded buffer of claimed jobs, and consumers that run them."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable

from jobs.engine.executor import Executor
from jobs.engine.finishes import Finishes
from jobs.engine.held import Held
from jobs.engine.machine import Machine
from jobs.engine.turn import Turn
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
        turn: Turn,
        freed: Callable[[str], None],
    ) -> None:
        self.queue, self.slots, self.prefetch = queue, slots, prefetch
        self.buffer: deque[ClaimedJob] = deque()
        self.busy = 0
        self.executor, self.finishes, self.held, self.turn = executor, finishes, held, turn
        #: Told the queue's name when there is room for enough jobs that a claim is worth it.
        self.freed = freed
        self.idle = asyncio.Event()
        self.idle.set()
        self._consumers = [Consumer(self, number) for number in range(slots)]
        #: Consumers that wait for a job, each with what wakes it; who came last is woken first.
        self._waiting: list[asyncio.Future[None]] = []

    def room(self) -> int:
        """How many jobs may be claimed now."""
        return max(0, self.slots - self.busy + self.prefetch - len(self.buffer))

    def add(self, jobs: list[ClaimedJob]) -> None:
        """Take claimed jobs; never more than ``room``."""
        self.held.add(jobs)
        self.buffer.extend(jobs)
        self.wake()

    def wake(self) -> None:
        """Wake one consumer, where there is a job for it. It wakes the next when its handler waits: jobs that
        never wait are done by one, and cost the others nothing.
        """
        while self.buffer and self._waiting:
            waiting = self._waiting.pop()
            if not waiting.done():
                waiting.set_result(None)
                return

    async def next_jobs(self) -> list[ClaimedJob]:
        """The next job, and the buffered ones of its task up to the task's batch. Waits for one."""
        while not self.buffer:
            waiting = asyncio.get_running_loop().create_future()
            self._waiting.append(waiting)
            try:
                await waiting
            except asyncio.CancelledError:
                self.wake()  # somebody else, where this one had been woken already
                raise
        return self._take_alike(self.buffer.popleft())

    def _take_alike(self, first: ClaimedJob) -> list[ClaimedJob]:
        """The others keep their order."""
        size = _batch_of(first)
        if size == 1:
            return [first]
        taken = [first]
        others: deque[ClaimedJob] = deque()
        for job in self.buffer:
            (taken if job.task == first.task and len(taken) < size else others).append(job)
        self.buffer = others
        return taken

    def forget_buffered(self) -> int:
        """Let go of the jobs nobody has begun; how many they were."""
        dropped = len(self.buffer)
        self.held.forget(self.buffer)
        self.buffer.clear()
        return dropped

    def is_low(self) -> bool:
        """Whether a claim is worth it: half of the buffer is gone. One for each job would cost more than most
        jobs do.
        """
        return len(self.buffer) <= self.prefetch // 2 and self.room() > 0

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
        pool = self.pool
        while True:
            if pool.turn.is_over():
                await asyncio.sleep(0)
            await self._consume(await pool.next_jobs())

    async def _consume(self, jobs: list[ClaimedJob]) -> None:
        pool = self.pool
        pool.busy += 1
        pool.idle.clear()
        stored = False
        try:
            outcomes = await pool.executor.run(jobs, pool.wake)
            await pool.finishes.put(outcomes)
            stored = True
        finally:
            if not stored:
                # Cut off: the rows become strays, which the claims hand back.
                pool.held.forget(jobs)
            pool.busy -= 1
            if pool.busy == 0:
                pool.idle.set()
            if pool.is_low():
                pool.freed(pool.queue)


def _batch_of(job: ClaimedJob) -> int:
    try:
        return resolve(job.task).batch
    except Exception:
        # The executor meets the same error when it runs the job, and makes it the job's outcome.
        logger.debug("the task %s cannot be loaded", job.task)
        return 1
