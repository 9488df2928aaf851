"""What one process of Headrace runs: its voice, its ear, and (where it runs jobs) its engine."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from jobs.away import FULL
from jobs.changes import Change
from jobs.engine.announcer import Announcer
from jobs.engine.engine import Engine
from jobs.engine.listener import Listener
from jobs.rules.budget import Standing

_current: "Process | None" = None


def current() -> "Process | None":
    """The process that runs here now, if one does."""
    return _current


class Process:
    """Announcer, listener and engine, started together. The pool of ``jobs.db`` must be open at the start."""

    def __init__(self, run_jobs: bool = True, config: dict[str, Any] | None = None) -> None:
        self.announcer = Announcer()
        self.listener = Listener(self.announcer.process)
        self.engine: Engine | None = None
        #: How its connections stood with what the server allows when it started; None: that is not known.
        self.standing: Standing | None = None
        #: A stop that comes during the start waits for it, and is not lost.
        self._changing = asyncio.Lock()
        if run_jobs:
            self.engine = Engine(config, announcer=self.announcer, listener=self.listener)

    async def connect(self) -> None:
        """Get the connections this process needs for life: the heart's, the announcer's, the listener's.

        Raises what the database's drivers raise where there is no room for one of them.
        """
        async with self._changing:
            if self.engine is not None:
                await self.engine.connect()
            for voice in (self.announcer, self.listener):
                await voice.start()
                if isinstance(voice.problem, FULL) and not voice.connected.is_set():
                    raise voice.problem

    async def start(self) -> None:
        """Start all of it; ready when this returns.

        Raises psycopg.Error without a database, having stopped what had started.
        """
        global _current
        async with self._changing:
            try:
                _current = self
                await self.announcer.start()
                await self.listener.start()
                if self.engine is not None:
                    await self.engine.start()
            except BaseException:
                await self._stop(0)
                raise

    async def stop(self, grace: float | None = None) -> None:
        """Stop the engine (see its stop), then listener and announcer. Safe twice and before the start."""
        async with self._changing:
            await self._stop(grace)

    async def _stop(self, grace: float | None) -> None:
        global _current
        if self.engine is not None:
            await self.engine.stop(grace)
        await self.listener.stop()
        await self.announcer.stop()
        if _current is self:
            _current = None

    def hear(self, callback: Callable[[Sequence[Change]], None]) -> None:
        """Call back, on the loop, with every change: this process's at once, the others' as they come."""
        self.announcer.subscribe(callback)
        self.listener.subscribe(callback)

    def unhear(self, callback: Callable[[Sequence[Change]], None]) -> None:
        self.announcer.unsubscribe(callback)
        self.listener.unsubscribe(callback)
