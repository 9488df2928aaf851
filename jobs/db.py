"""This process's asyncpg pool, and transactions over it."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar
from urllib.parse import urlencode

import asyncpg
import orjson
from django.conf import settings
from django.db import connections

from jobs.away import FULL, LOST
from jobs.changes import Change, publish
from jobs.encode import load
from jobs.room import Room

T = TypeVar("T")

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy

#: Refusals of PostgreSQL that say "the same transaction again": serialization failure, deadlock.
RETRYABLE = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)


def is_retryable(error: BaseException) -> bool:
    """Whether PostgreSQL asks for the same transaction again.

    A row on its way into history's default partition, while the day's own is attached, is refused there: the
    partition's bound is a check without a name. The next time it finds its day.
    """
    if isinstance(error, asyncpg.CheckViolationError):
        return not error.constraint_name
    return isinstance(error, RETRYABLE)


#: Seconds to connect, unless DATABASE_URL says otherwise: as many as the ORM gets.
CONNECT = 5
#: Seconds that what somebody waits for at a door may take on a connection: then the database is away.
PATIENCE = 10.0
#: Seconds a peer has to answer a rollback, or what a connection is reset with at its return to the pool.
LEAVE = 1.0
#: Connections a pool must get before a process can work with it.
LEAST = 2

#: Seconds a connection is kept unused: less than a process that starts on a full server waits for one
#: (DATABASE_ACQUIRE_TIMEOUT), so that those who are there make room for it.
INACTIVE = 5.0

# It logs a traceback whenever it cannot connect ahead. Who needs a connection says so in a line.
logging.getLogger("asyncpg.pool").setLevel(logging.ERROR)

_room: Room | None = None
#: Whether a pooler stands in between; None: nobody has looked yet.
_pooled: bool | None = None


class NotOpen(asyncpg.InterfaceError):
    """This process's pool is not open: ``open_pool`` was not awaited, or the process is about to end.

    To who still asks a process that ends it is as if the database were away: another one may serve.
    """


class Transaction:
    """An open transaction: its connection, and the changes to tell once it is committed."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self.changes: list[Change] = []

    def announce(self, *changes: Change) -> None:
        """Keep these changes; they are published after the commit, and forgotten on a rollback."""
        self.changes.extend(changes)


def connect_options(name: str = "headrace") -> dict[str, Any]:
    """What asyncpg needs to reach the database Django is set to (in tests: the test database).

    ``name`` is what the server calls the connection. Through a pooler no statement is kept prepared: each is
    parsed anew, in one piece with its execution, and so it is also planned anew.
    """
    conf = connections["default"].settings_dict
    # What the URL says beside the address asyncpg takes as it stands there, but for how long to try.
    more = conf.get("OPTIONS", {}).copy()
    options = {
        "timeout": float(more.pop("connect_timeout", CONNECT)),
        "dsn": f"postgres://?{urlencode(more)}",
        "host": _one_or_more(conf.get("HOST", "")),
        "port": _one_or_more(conf.get("PORT", "")),
        "user": conf.get("USER") or None,
        "password": conf.get("PASSWORD") or None,
        "database": conf["NAME"],
        "command_timeout": settings.DATABASE_COMMAND_TIMEOUT,
    }
    if _pooled:
        return options | {"statement_cache_size": 0, "server_settings": {"application_name": name}}
    return options | {
        "server_settings": {
            "application_name": name,
            "plan_cache_mode": "force_custom_plan",
            # A process that the network has swallowed holds no lock longer than its lease: what waits for its
            # rows, the rescue of its jobs included, goes on. (The server's own keepalive asks after hours.)
            "idle_in_transaction_session_timeout": str(round(settings.JOBS["LEASE"] * 1000)),
            "tcp_keepalives_idle": "30",
            "tcp_keepalives_interval": "10",
            "tcp_keepalives_count": "3",
        }
    }


def _one_or_more(text: str) -> str | list[str] | None:
    """One host, or one port for all hosts; several as a list."""
    parts = text.split(",")
    return parts if len(parts) > 1 else text or None


def pooled() -> bool:
    """Whether a pooler (PgBouncer, say) stands between this process and PostgreSQL.

    Then a connection is the server's only for the length of a transaction: no notification arrives, and
    nothing may be left on a connection that the next statement needs.
    """
    return bool(_pooled)


async def look_for_pooler() -> bool:
    """Connect once and see. A pooler refuses settings it does not know, or makes up the backend's pid.

    One that does neither cannot be told from a server: then the setting DATABASE_POOLED says so.
    """
    global _pooled
    _pooled = settings.DATABASE_POOLED or None
    if _pooled:
        return True
    try:
        conn = await asyncpg.connect(**connect_options() | {"statement_cache_size": 0})
    except asyncpg.ProtocolViolationError as error:
        if "startup parameter" not in str(error):
            raise
        _pooled = True
        return True
    try:
        _pooled = conn.get_server_pid() != await conn.fetchval("SELECT pg_backend_pid()")
    finally:
        await conn.close(timeout=settings.DATABASE_ACQUIRE_TIMEOUT)
    return _pooled


async def set_codecs(conn: asyncpg.Connection) -> None:
    """jsonb goes in and out as Python values; out also as Unreadable, so that one row fails no statement."""
    await conn.set_type_codec("jsonb", encoder=_dump, decoder=load, schema="pg_catalog", format="text")


def _dump(value: Any) -> str:
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


async def open_pool(*, min_size: int | None = None, max_size: int | None = None) -> asyncpg.Pool:
    """Open the pool (5 to 20 connections unless the settings say otherwise). Opening it twice is harmless.

    Where the server has no room for ``min_size`` it begins with LEAST, and grows when it can. Raises
    asyncpg.TooManyConnectionsError without room for those.
    """
    global _room
    if _room is None:
        if _pooled is None:
            await look_for_pooler()
        low, high = settings.DATABASE_POOL
        low = low if min_size is None else min_size
        high = high if max_size is None else max_size
        low = min(low, high)
        try:
            pool = await _create_pool(low, high)
        except FULL:
            if low <= LEAST:
                raise
            pool = await _create_pool(LEAST, high)
        _room = Room(pool)
    return _room.pool


async def _create_pool(low: int, high: int) -> asyncpg.Pool:
    # What a connection is reset from at its return would be done to anybody's behind a pooler.
    reset = _leave_as_it_is if _pooled else None
    return await asyncpg.create_pool(
        min_size=low,
        max_size=high,
        max_inactive_connection_lifetime=INACTIVE,
        init=set_codecs,
        reset=reset,
        **connect_options(),
    )


async def _leave_as_it_is(_conn: Connection) -> None:
    pass


async def close_pool(grace: float = 5.0) -> None:
    """Close the pool; connections still busy after ``grace`` seconds are terminated."""
    global _room, _pooled
    _pooled = None
    if _room is None:
        return
    closing, _room = _room.pool, None
    try:
        await asyncio.wait_for(closing.close(), grace)
    except TimeoutError:
        closing.terminate()


def room() -> Room:
    """The open pool's room. Raises NotOpen where there is none."""
    if _room is None:
        raise NotOpen("the database pool is not open")
    return _room


def pool() -> asyncpg.Pool:
    """The open pool. Raises NotOpen where there is none."""
    return room().pool


@asynccontextmanager
async def connection(seconds: float | None = PATIENCE) -> AsyncIterator[Connection]:
    """A connection outside of any transaction: each statement commits by itself.

    It is had for ``seconds`` at most, then TimeoutError is raised: a peer may be gone and say nothing. None:
    as long as its statements take. TimeoutError, too, where none comes free in DATABASE_ACQUIRE_TIMEOUT.
    """
    here = room()
    conn = await here.acquire(settings.DATABASE_ACQUIRE_TIMEOUT)
    try:
        async with asyncio.timeout(seconds):
            yield conn
    finally:
        await _give_back(here, conn)


def hang_up(conn: Connection) -> None:
    """End the connection, unless it has just been given back: on a busy loop a timer may come too late."""
    with suppress(asyncpg.InterfaceError):
        conn.terminate()


async def _give_back(here: Room, conn: asyncpg.pool.PoolConnectionProxy) -> None:
    """Return it to the pool. Where its peer does not answer that, it is ended, and the slot is free again."""
    # What is committed must not look undone, and an error on the way must stay the one that is raised.
    with suppress(*LOST):
        await here.release(conn, timeout=LEAVE)


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
        over = asyncio.get_running_loop().call_later(LEAVE, hang_up, conn)
        try:
            with suppress(*LOST):
                await transaction.rollback()
        finally:
            over.cancel()
        raise
    await transaction.commit()


@asynccontextmanager
async def transaction(seconds: float | None = PATIENCE) -> AsyncIterator[Transaction]:
    """A READ COMMITTED transaction, for ``seconds`` at most (None: as long as its statements take); what was
    announced on it is published after its commit.
    """
    async with connection(seconds) as conn, begun(conn):
        tx = Transaction(conn)
        yield tx
    await publish(tx.changes)


async def retrying(work: Callable[[], Awaitable[T]], *, tries: int = 5) -> T:
    """Await ``work()`` again, jittered, while ``is_retryable`` says so of what PostgreSQL answers.

    ``work`` must be a whole transaction. The last error is raised.
    """
    for attempt in range(1, tries + 1):
        try:
            return await work()
        except asyncpg.PostgresError as error:
            if attempt == tries or not is_retryable(error):
                raise
            await asyncio.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311
    raise AssertionError("unreachable")


async def fetch_dicts(conn: Connection, statement: str, *args: Any) -> list[dict[str, Any]]:
    """The rows of a statement as plain dicts."""
    return [dict(row) for row in await conn.fetch(statement, *args)]


def by_column(rows: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    """Rows turned into columns, for ``unnest($1, $2 …)``; ``width`` columns even without a row."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]
