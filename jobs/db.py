"""This process's asyncpg pool, and transactions over it."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import asyncpg
import orjson
from django.conf import settings
from django.db import connections

from jobs.changes import Change, publish

T = TypeVar("T")

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy

#: Refusals of PostgreSQL that say "the same transaction again": serialization failure, deadlock.
RETRYABLE = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)

#: What a statement raises where the database is away or the connection is lost. The internal one comes from a
#: connection whose end was told while nothing ran on it.
LOST = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError, asyncpg.PostgresError)

#: Seconds that what somebody waits for at a door may take on a connection: then the database is away.
PATIENCE = 10.0
#: Seconds a peer has to answer a rollback, or what a connection is reset with at its return to the pool.
LEAVE = 1.0

# It logs a traceback whenever it cannot connect ahead. Who needs a connection says so in a line.
logging.getLogger("asyncpg.pool").setLevel(logging.ERROR)

_pool: asyncpg.Pool | None = None


class Transaction:
    """An open transaction: its connection, and the changes to tell once it is committed."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self.changes: list[Change] = []

    def announce(self, *changes: Change) -> None:
        """Keep these changes; they are published after the commit, and forgotten on a rollback."""
        self.changes.extend(changes)


def connect_options() -> dict[str, Any]:
    """What asyncpg needs to reach the database Django is set to (in tests: the test database)."""
    conf = connections["default"].settings_dict
    options = {
        "host": conf.get("HOST") or None,
        "port": int(conf["PORT"]) if conf.get("PORT") else None,
        "user": conf.get("USER") or None,
        "password": conf.get("PASSWORD") or None,
        "database": conf["NAME"],
    }
    if sslmode := conf.get("OPTIONS", {}).get("sslmode"):
        options["ssl"] = sslmode
    return options | {
        "command_timeout": settings.DATABASE_COMMAND_TIMEOUT,
        "server_settings": {
            "application_name": "headrace",
            "plan_cache_mode": "force_custom_plan",
            # A process that the network has swallowed holds no lock longer than its lease: what waits for its
            # rows, the rescue of its jobs included, goes on. (The server's own keepalive asks after hours.)
            "idle_in_transaction_session_timeout": str(round(settings.JOBS["LEASE"] * 1000)),
            "tcp_keepalives_idle": "30",
            "tcp_keepalives_interval": "10",
            "tcp_keepalives_count": "3",
        },
    }


async def set_codecs(conn: asyncpg.Connection) -> None:
    """jsonb goes in and out as Python values."""
    await conn.set_type_codec(
        "jsonb", encoder=_dump, decoder=orjson.loads, schema="pg_catalog", format="text"
    )


def _dump(value: Any) -> str:
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


async def open_pool(*, min_size: int | None = None, max_size: int | None = None) -> asyncpg.Pool:
    """Open the pool (5 to 20 connections unless the settings say otherwise). Opening it twice is harmless."""
    global _pool
    if _pool is None:
        low, high = settings.DATABASE_POOL
        _pool = await asyncpg.create_pool(
            min_size=low if min_size is None else min_size,
            max_size=high if max_size is None else max_size,
            init=set_codecs,
            **connect_options(),
        )
    return _pool


async def close_pool(grace: float = 5.0) -> None:
    """Close the pool; connections still busy after ``grace`` seconds are terminated."""
    global _pool
    if _pool is None:
        return
    closing, _pool = _pool, None
    try:
        await asyncio.wait_for(closing.close(), grace)
    except TimeoutError:
        closing.terminate()


def pool() -> asyncpg.Pool:
    """The open pool. Raises RuntimeError where ``open_pool`` was not awaited."""
    if _pool is None:
        raise RuntimeError("the database pool is not open")
    return _pool


@asynccontextmanager
async def connection(seconds: float | None = PATIENCE) -> AsyncIterator[Connection]:
    """A connection outside of any transaction: each statement commits by itself.

    It is had for ``seconds`` at most, then TimeoutError is raised: a peer may be gone and say nothing. None:
    as long as its statements take.
    """
    here = pool()
    conn = await here.acquire(timeout=settings.DATABASE_ACQUIRE_TIMEOUT)
    try:
        async with asyncio.timeout(seconds):
            yield conn
    finally:
        await _give_back(here, conn)


async def _give_back(here: asyncpg.Pool, conn: asyncpg.pool.PoolConnectionProxy) -> None:
    """Return it to the pool. Where its peer does not answer that, it is ended, and the slot is free again."""
    over = asyncio.get_running_loop().call_later(LEAVE, _hang_up, conn)
    try:
        # What is committed must not look undone, and an error on the way must stay the one that is raised.
        with suppress(*LOST):
            await here.release(conn)
    finally:
        over.cancel()


def _hang_up(conn: Connection) -> None:
    with suppress(asyncpg.InterfaceError):  # on a loop that is late it may be back in the pool by now
        conn.terminate()


@asynccontextmanager
async def begun(conn: Connection) -> AsyncIterator[None]:
    """A transaction on the connection. Its rollback is bounded, which asyncpg's own is not: after a cancel it
    waits for the peer without an end.
    """
    transaction = conn.transaction()
    await transaction.start()
    try:
        yield
    except BaseException:
        over = asyncio.get_running_loop().call_later(LEAVE, _hang_up, conn)
        try:
            with suppress(*LOST):
                await transaction.rollback()
        finally:
            over.cancel()
        raise
    await transaction.commit()


@asynccontextmanager
async def transaction(seconds: float | None = None) -> AsyncIterator[Transaction]:
    """A READ COMMITTED transaction, for ``seconds`` at most; what was announced on it is published after its
    commit.
    """
    async with connection(seconds) as conn, begun(conn):
        tx = Transaction(conn)
        yield tx
    await publish(tx.changes)


async def retrying(work: Callable[[], Awaitable[T]], *, tries: int = 5) -> T:
    """Await ``work()`` again, jittered, while PostgreSQL answers 40001 or 40P01.

    ``work`` must be a whole transaction. The last error is raised.
    """
    for attempt in range(1, tries + 1):
        try:
            return await work()
        except RETRYABLE:
            if attempt == tries:
                raise
            await asyncio.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311
    raise AssertionError("unreachable")


async def fetch_dicts(conn: Connection, statement: str, *args: Any) -> list[dict[str, Any]]:
    """The rows of a statement as plain dicts."""
    return [dict(row) for row in await conn.fetch(statement, *args)]


def by_column(rows: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    """Rows turned into columns, for ``unnest($1, $2 …)``; ``width`` columns even without a row."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]
