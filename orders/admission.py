"""How many orders may be on their way in at once: some are written, some wait, the rest come back later. What
their form looks up goes the same way.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from django.conf import settings

from jobs import db
from jobs.db import Connection

#: Orders that may wait in one process, and seconds a call waits before it is told to come back.
MOST_WAITING, PATIENCE = 3000, 30.0
#: Seconds a look-up may wait and take: a browser that asks gives up then (choices.js).
LOOK_UP = 5.0


class Full(Exception):
    """There is no room to wait, or the wait was too long. Nothing was written."""


class Admission:
    """Lets ``lanes`` calls through at once; those behind them wait in the order they came."""

    def __init__(self, lanes: int) -> None:
        self.waiting = 0
        self._lanes = asyncio.Semaphore(lanes)

    @asynccontextmanager
    async def enter(self, orders: int) -> AsyncIterator[None]:
        """Hold a lane for a call with so many orders. Raises Full."""
        if self.waiting + orders > MOST_WAITING:
            raise Full
        self.waiting += orders
        try:
            async with asyncio.timeout(PATIENCE):
                await self._lanes.acquire()
        except TimeoutError:
            raise Full from None
        finally:
            self.waiting -= orders
        try:
            yield
        finally:
            self._lanes.release()


_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Admission] = WeakKeyDictionary()


def admission() -> Admission:
    """The running loop's: half of the pool's connections, so that jobs and readers find the other half."""
    loop = asyncio.get_running_loop()
    if loop not in _by_loop:
        _by_loop[loop] = Admission(max(1, settings.DATABASE_POOL[1] // 2))
    return _by_loop[loop]


@asynccontextmanager
async def looking_up() -> AsyncIterator[Connection]:
    """A connection for what a form offers and understands: it stands in line with the orders, so that however
    many type, jobs and readers find their half. Raises TimeoutError, to a page the database that is away.
    """
    try:
        async with asyncio.timeout(LOOK_UP), admission().enter(1), db.connection() as conn:
            yield conn
    except Full:
        raise TimeoutError("too many orders and look-ups are on their way in") from None
