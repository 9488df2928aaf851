"""How a benchmark talks with a process it measures: ``drain 1000`` comes in, a line of JSON goes out.

Ours and every peer's speak it. A peer's environment has none of our packages: this is standard library only.
"""

import asyncio
import inspect
import json
import os
import resource
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Answer = dict[str, Any]
#: What is done on a word of the benchmark's: it takes a number of jobs and returns figures.
Act = Callable[[int], Answer | Awaitable[Answer]]

#: Seconds between two looks at what cannot be waited for.
LOOK = 0.005


def serve(acts: Mapping[str, Act]) -> None:
    """Answer line by line until there are no more. What the acts print goes to stderr."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        what, number = line.split()
        answer = acts[what](int(number))
        if inspect.isawaitable(answer):
            answer = asyncio.run(_awaited(answer))
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


async def _awaited(answer: Awaitable[Answer]) -> Answer:
    return await answer


class Count:
    """Handlers that have begun, on any thread. ``first`` is the monotonic instant of the first one."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.first = 0.0
        self.begun = 0
        self._lock = threading.Lock()

    def tick(self) -> None:
        with self._lock:
            if not self.begun:
                self.first = time.monotonic()
            self.begun += 1

    @property
    def complete(self) -> bool:
        return self.begun >= self.number

    async def reached(self) -> None:
        while not self.complete:  # noqa: ASYNC110 – handlers may run in other threads
            await asyncio.sleep(LOOK)

    def drained(self, ended: float | None = None) -> Answer:
        """The figures of a drain that ended at this monotonic instant, or just now."""
        seconds = (time.monotonic() if ended is None else ended) - self.first
        if self.begun != self.number:
            raise RuntimeError(f"{self.begun} handlers began, of {self.number} jobs")
        return {"jobs": self.number, "seconds": seconds, "rss_mb": peak_mb()}


def enqueued(number: int, began: float) -> Answer:
    """The figures of an enqueue that began at this monotonic instant and is over."""
    return {"jobs": number, "seconds": time.monotonic() - began}


def peak_mb(pid: int | str = "self") -> float:
    """The most memory this process, or another one, has had resident, in MB.

    getrusage's figure would be at least what its parent had when it started this process.
    """
    try:
        with open(f"/proc/{pid}/status") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return round(int(line.split()[1]) * 1024 / 1e6, 1)
    except OSError:
        pass
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 1)
