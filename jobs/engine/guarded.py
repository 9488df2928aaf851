"""Connections for the engine's own statements: bounded in time, and thrown away when time runs out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from django.conf import settings

from jobs import db

#: Seconds an engine's statement may take: less than the fence, so that a worker notices in time.
STATEMENT_SECONDS = 10.0


@asynccontextmanager
async def guarded(seconds: float = STATEMENT_SECONDS) -> AsyncIterator[db.Connection]:
    """A pooled connection for ``seconds`` at most.

    When they are over, or the task is cancelled, the connection is terminated: giving it back to the pool
    would wait for a peer that may be gone, and keep the slot. Raises TimeoutError, or where the rollback of a
    transaction inside was not answered either, an error of asyncpg's.
    """
    room = db.room()
    conn = await room.acquire(settings.DATABASE_ACQUIRE_TIMEOUT)
    # The rollback of a transaction inside would wait for the peer, too: it has a second.
    over = asyncio.get_running_loop().call_later(seconds + 1.0, db.hang_up, conn)
    try:
        async with asyncio.timeout(seconds):
            yield conn
    except (TimeoutError, asyncio.CancelledError):
        db.hang_up(conn)
        raise
    finally:
        over.cancel()
        await room.release(conn, timeout=1.0)
