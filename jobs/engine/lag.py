"""How late the loop is, and who held it up: the engine shares it with the pages, and steps back meanwhile."""

import asyncio
import logging
import sys
import threading
import time
import traceback
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from jobs.engine.machine import Machine

logger = logging.getLogger(__name__)

#: Seconds between two measurements, and the lag from which the engine claims less.
PERIOD, TOO_LATE = 0.1, 0.1
#: Seconds the loop stands still before it is looked who holds it, and told.
NAMED = 0.25


class Block(NamedTuple):
    """Who held the loop up last: the task's name, the last line of its stack, seconds, and when (epoch)."""

    task: str
    line: str
    seconds: float
    at: float


class Lag(Machine):
    """Measures by how much a short sleep is late; half of each figure is the one before it.

    A loop that stands still cannot see why: a thread beside it looks.
    """

    name = "lag"

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        #: Who held the loop up last; None: nobody has, so far.
        self.block: Block | None = None
        self._turned: float | None = None
        self._seen: tuple[str, str] | None = None
        self._halt = threading.Event()

    def now(self) -> float:
        """Seconds the loop is late; while it is blocked, for how long so far. Any thread may ask."""
        turned = self._turned
        return self.seconds if turned is None else max(self.seconds, time.monotonic() - turned - PERIOD)

    def share(self, room: int) -> int:
        """How many to claim where there is room for so many: a quarter while the loop lags, at least one."""
        return room if self.seconds < TOO_LATE else max(1, room // 4)

    def status(self) -> dict[str, Any]:
        """The lag in milliseconds, and who was to blame last; ready for JSON."""
        return {"lag": round(self.now() * 1000), "blocked": self.block and self.block._asdict()}

    async def run(self) -> None:
        halt = self._halt = threading.Event()
        self._turned = time.monotonic()
        self._seen = None
        watching = (halt, asyncio.get_running_loop(), threading.get_ident())
        threading.Thread(target=self._watch, args=watching, name="jobs.lag", daemon=True).start()
        try:
            while True:
                began = self._turned = time.monotonic()
                await asyncio.sleep(PERIOD)
                late = max(0.0, time.monotonic() - began - PERIOD)
                self.seconds = (self.seconds + late) / 2
                if self._seen is not None:
                    self._tell(late)
        finally:
            halt.set()
            self._turned = None

    def _tell(self, late: float) -> None:
        assert self._seen is not None
        (task, line), self._seen = self._seen, None
        if late < NAMED:
            return  # the thread looked when the loop had just gone on
        self.block = Block(task, line, round(late, 3), time.time())
        logger.warning("the loop stood still for %.1f s in %s: %s", late, task, line)

    def _watch(self, halt: threading.Event, loop: asyncio.AbstractEventLoop, thread: int) -> None:
        """In a thread. One that comes late itself has seen a process that stood still, and blames nobody; nor
        does it blame whom it meets once: on a busy machine that may be anybody.
        """
        woke = time.monotonic()
        suspect: asyncio.Task[Any] | None = None
        while not halt.wait(PERIOD):
            before, woke = woke, time.monotonic()
            if woke - (self._turned or woke) - PERIOD < NAMED or woke - before > 2 * PERIOD + NAMED:
                suspect = None
                continue
            before_that, suspect = suspect, asyncio.current_task(loop)
            frame = sys._current_frames().get(thread)
            if suspect is not None and suspect is before_that and frame is not None:
                self._seen = (suspect.get_name(), last_line(frame))


def last_line(frame: FrameType) -> str:
    """Where a stack is just now, in one line: file, line, function and what stands there."""
    at = traceback.extract_stack(frame, limit=1)[0]
    where = "/".join(Path(at.filename).parts[-2:])
    return f"{where}:{at.lineno} in {at.name}: {at.line}"
