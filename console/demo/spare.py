"""The demo's second process, from its start to its end: the one that may be killed."""

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Mapping
from uuid import UUID

from console.bootstrap import BASE
from jobs.engine.machine import end
from jobs.models import Job, Worker

log = logging.getLogger(__name__)

#: Seconds it may take to its first line, and to its end once it is told.
START, STOP = 60.0, 10.0
#: What it runs with: few connections, and a lease short enough that one sees it run out.
OWN = {
    "DATABASE_POOL_MIN": "1",
    "DATABASE_POOL_MAX": "5",
    "DATABASE_ORM_MAX": "2",
    "JOBS_BEAT": "2",
    "JOBS_FENCE": "14",
    "JOBS_LEASE": "18",
    "JOBS_GRACE": "2",
}


class Spare:
    """One process of ``console.demo.worker`` at a time, which gets ``environment`` beside this one's."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None
        self._starting: asyncio.Task[None] | None = None
        self._changing = asyncio.Lock()
        #: host:pid, as workers are called; empty while none runs.
        self.name = ""

    def begin(self) -> None:
        """Start it, and wait for nothing: the demo does without it where it does not start."""
        self._starting = asyncio.create_task(self.start(), name="demo second process")
        self._starting.add_done_callback(_tell_of_failure)

    async def start(self) -> None:
        """Start it, and wait until it takes jobs. Harmless where it runs. Raises OSError, TimeoutError."""
        async with self._changing:
            if self._process is None or self._process.returncode is not None:
                await self._start()

    async def _start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "console.demo.worker",
            cwd=BASE,
            env={**os.environ, **OWN, **self._environment},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,  # a Ctrl-C is for the demo, which ends this one in order
        )
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(START):
                line = await self._process.stdout.readline()
            if not line:
                raise ChildProcessError("the second process of the demo does not start")
        except BaseException:  # a cancelled start, too: what takes no jobs must not count as running
            await self.kill()
            raise
        self.name = line.decode().strip()

    async def kill(self) -> int:
        """End it as kill -9 does; its exit code."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self.name = ""
        return await self._process.wait()

    def dismiss(self) -> None:
        """Tell it to end, and wait for nothing. Harmless where none runs."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    async def stop(self) -> None:
        """Tell it to end, and see to it. Harmless where none runs."""
        if self._starting is not None:
            await end(self._starting)
        process, self._process = self._process, None
        self.name = ""
        if process is None or process.returncode is not None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(STOP):
                await process.wait()
        except TimeoutError:
            log.warning("the second process of the demo does not end and is killed")
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def worker(self) -> UUID | None:
        """Its boot UUID just now; None where it has none."""
        lives = Worker.objects.filter(name=self.name, stopped_at=None).order_by("-started_at")
        return await lives.values_list("id", flat=True).afirst() if self.name else None


def _tell_of_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("the second process of the demo is missing: %r", error)


async def in_hand(worker: UUID, **only: str) -> int:
    """How many jobs this life of a worker has claimed and not ended; ``only`` those, by their fields."""
    return await Job.objects.filter(worker=worker, state="running", **only).acount()
