"""Connections for the engine's own statements: bounded in time, and thrown away when time runs out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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
    async with db.connection(seconds) as conn:
        # The rollback of a transaction inside would wait for the peer, too: it has a second.
        over = asyncio.get_running_loop().call_later(seconds + db.LEAVE, db.hang_up, conn)
        try:
            yield conn
        except asyncio.CancelledError:  # the time-out's, too
            db.hang_up(conn)
            raise
        finally:
            over.cancel()
