"""What the engine's machines share: a named task that starts, stops, and is started again if it dies."""

import asyncio
import contextlib
import logging
import random
import time

from jobs.away import LOST

logger = logging.getLogger(__name__)

#: Seconds before a machine that died is started again: at first, and at most.
_FIRST_WAIT, _LONGEST_WAIT = 0.05, 5.0


def reason(error: BaseException) -> str:
    """An error's words, or its name: a time-out has no words."""
    return str(error) or type(error).__name__


class Machine:
    """A loop in a task of its own. Subclasses write ``run``; stopping is safe twice and before the start."""

    name = "machine"

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._wait = _FIRST_WAIT
        #: How often the loop died and was started again.
        self.restarts = 0

    async def run(self) -> None:
        """The loop. It ends by being cancelled."""
        raise NotImplementedError

    async def start(self) -> None:
        """Start the loop; harmless where it runs."""
        self._stopping = False
        if self._task is None:
            self._launch()

    async def stop(self) -> None:
        """Cancel the loop and wait until it is gone, a few seconds at most."""
        self._stopping = True
        task, self._task = self._task, None
        if task is not None:
            await end(task)

    def _launch(self) -> None:
        if self._stopping:
            return
        self._began = time.monotonic()
        self._task = asyncio.create_task(self.run(), name=f"jobs.{self.name}")
        self._task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if self._stopping or task is not self._task:
            return
        logger.error("the %s died and is started again", self.name, exc_info=error)
        self.restarts += 1
        self._task = None
        lived = time.monotonic() - self._began
        self._wait = _FIRST_WAIT if lived > 2 * _LONGEST_WAIT else min(self._wait * 2, _LONGEST_WAIT)
        wait = self._wait * random.uniform(0.5, 1)  # noqa: S311
        task.get_loop().call_later(wait, self._relaunch)

    def _relaunch(self) -> None:
        if self._task is None:
            self._launch()


async def end(task: asyncio.Task[object], seconds: float = 3.0) -> bool:
    """Cancel a task until it ends, for at most ``seconds``; whether it did. Some code swallows a cancel."""
    deadline = time.monotonic() + seconds
    while not task.done():
        left = deadline - time.monotonic()
        if left <= 0:
            logger.error("%s does not end although it was cancelled; it is left behind", task.get_name())
            return False
        task.cancel()
        await asyncio.wait({task}, timeout=min(left, 0.5))
    if not task.cancelled():
        task.exception()  # fetched, so that asyncio does not report it as never retrieved
    return True


class Ticker(Machine):
    """A machine that does one thing again and again: when its time has come, or when it is woken.

    Subclasses write ``tick``, which returns the seconds until the next. While the database is away it backs
    off, jittered, and says so once.
    """

    def __init__(self) -> None:
        super().__init__()
        self._woken = asyncio.Event()

    async def tick(self) -> float:
        raise NotImplementedError

    def wake(self) -> None:
        """Tick soon. Call it on the loop."""
        self._woken.set()

    async def stop(self) -> None:
        """Let the tick under way end (cutting it off may leave a claim nobody knows of), then stop."""
        self._stopping = True
        self._woken.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=2)
        await super().stop()

    async def run(self) -> None:
        failures = 0
        while not self._stopping:
            self._woken.clear()
            try:
                wait = await self.tick()
            except LOST as error:
                failures += 1
                if failures == 1:
                    logger.warning("the %s cannot reach the database: %s", self.name, reason(error))
                await asyncio.sleep(min(0.1 * 2 ** min(failures, 10), _LONGEST_WAIT) * random.uniform(0.5, 1))  # noqa: S311
                continue
            if failures:
                logger.info("the %s reaches the database again", self.name)
                failures = 0
            if wait > 0 and not self._stopping:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._woken.wait()
