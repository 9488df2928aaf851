"""Writes how far jobs have come: what they say within a moment in one statement, the newest of each alone."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

from jobs import moves
from jobs.changes import Change, publish
from jobs.context import Context
from jobs.engine.guarded import guarded
from jobs.engine.machine import Ticker
from jobs.outcome import ClaimedJob

#: Seconds between two writes, so that a job is written ten times a second at most: an eye sees no more.
#: Jobs a statement at most.
PAUSE, BATCH = 0.1, 500
#: Seconds between two looks where nobody says anything.
IDLE = 60.0


class Progress(Ticker):
    """Handlers tell it, and never wait for it. What its job's end overtakes goes with the outcome instead.

    ``sleep`` is how it waits between two writes.
    """

    name = "progress"

    def __init__(self, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        super().__init__()
        self._sleep = sleep
        self._told: dict[Context, None] = {}
        #: Those of _told that were not taken up yet: a handler that says much wakes the loop once.
        self._waking: set[Context] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        await super().start()

    def tell(self, context: Context) -> None:
        """This handler has said how far it is. From any thread."""
        if self._loop is not None and context not in self._waking:
            self._waking.add(context)
            self._loop.call_soon_threadsafe(self._take, context)

    def _take(self, context: Context) -> None:
        self._waking.discard(context)
        self._told[context] = None
        self.wake()

    async def tick(self) -> float:
        if not self._told:
            return IDLE
        contexts, self._told = list(self._told), {}
        try:
            while contexts:
                await self._write(contexts[:BATCH])
                del contexts[:BATCH]
        finally:  # where the database is away they are written once it is back
            self._told = dict.fromkeys(contexts) | self._told
        await self._sleep(PAUSE)
        return 0.0 if self._told else IDLE

    async def _write(self, contexts: list[Context]) -> None:
        told: dict[UUID, tuple[ClaimedJob, str]] = {}
        for context in contexts:
            for job in context.jobs:
                reached = context.reached_as_json()
                if reached is not None and job.id not in context.finished:
                    told[job.id] = (job, reached)
        async with guarded() as conn:
            versions = await moves.progress(conn, list(told.values()))
        await publish([Change("job", str(id), version) for id, version in versions.items() if version])
        for context in contexts:
            if any(job.id in versions and versions[job.id] is None for job in context.jobs):
                self._told[context] = None  # its row was held just then
