"""A pool whose server gives it no more connections: who needs one waits for one that comes free."""

import asyncio
import contextlib
import random
import time

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from jobs.away import FULL

#: Seconds one of the pool's connections is waited for before the pool grows: most are used for less.
GROW = 0.01
#: Seconds between two looks whether the server has room again, about.
LOOK = 0.5


def pause() -> float:
    """Seconds until the next look whether the server has room, jittered: each look costs it a process."""
    return LOOK * random.uniform(0.75, 1.25)  # noqa: S311


class Room:
    """The way to a pool's connections. One waiter at a time asks the server; the others stand in line."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool
        #: The server refused the last connection that was asked for.
        self.full = False
        self._line = asyncio.Lock()
        self._freed = asyncio.Event()
        self._next_look = 0.0

    async def acquire(self, seconds: float) -> PoolConnectionProxy:
        """A connection of the pool, to be given to ``release``. Raises TimeoutError after ``seconds``."""
        async with asyncio.timeout(seconds):
            if not self.full:
                if self.pool.get_size():
                    await self._any_idle(GROW)
                try:
                    return await self.pool.acquire()
                except FULL:
                    self._refused()
            async with self._line:
                return await self._first_in_line()

    async def release(self, conn: PoolConnectionProxy, timeout: float | None = None) -> None:
        """Give it back. Waits ``timeout`` seconds for what still runs on it."""
        try:
            await self.pool.release(conn, timeout=timeout)
        finally:
            self._freed.set()

    async def _first_in_line(self) -> PoolConnectionProxy:
        while True:
            size = self.pool.get_size()
            if self.pool.get_idle_size() or not self.full or time.monotonic() >= self._next_look:
                try:
                    conn = await self.pool.acquire()
                except FULL:
                    self._refused()
                else:
                    self.full = self.full and self.pool.get_size() <= size
                    return conn
            await self._any_idle(self._next_look - time.monotonic())

    async def _any_idle(self, seconds: float) -> None:
        """Wait until a connection of the pool is idle, ``seconds`` at most."""
        deadline = time.monotonic() + seconds
        with contextlib.suppress(TimeoutError):
            while not self.pool.get_idle_size():
                self._freed.clear()
                async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                    await self._freed.wait()

    def _refused(self) -> None:
        self.full = True
        self._next_look = time.monotonic() + pause()
