"""What the drivers raise while the database cannot be had, by what follows from it.

The sets differ because the question does: whom is it told to, and may the same be tried again?
"""

import asyncpg
import django.db
import psycopg

#: The server has no room for one more connection; PgBouncer says so in its own way. Those there are go on.
FULL = (asyncpg.TooManyConnectionsError, asyncpg.ProtocolViolationError)

#: The connection was cut under a statement that was none the wiser: a job's attempt is not at fault. Neither
#: a time-out nor a full server is in it, because a handler can bring those about by itself.
CUT = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.InternalClientError,  # the server ended the connection while nothing ran on it
)

#: The server's word for it through libpq: it is shutting down, has crashed, or takes nobody yet.
CUT_STATES = {"57P01", "57P02", "57P03"}

#: The same again may succeed soon: who asked at a door is told to come back. What says that the question
#: itself is wrong is not in it.
AWAY = (
    OSError,  # and TimeoutError
    *CUT,
    *FULL,
    asyncpg.QueryCanceledError,
    asyncpg.InterfaceError,
)

#: The same as a page meets it, which may ask through the ORM. A page also reads files: one that is missing is
#: a fault of ours.
AWAY_FROM_PAGES = (
    django.db.OperationalError,
    django.db.InterfaceError,
    ConnectionError,
    TimeoutError,
    *(kind for kind in AWAY if kind is not OSError),
)

#: Whatever a statement of the engine's own may raise. It was right yesterday, so it is tried again, whatever
#: the server says.
LOST = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError, asyncpg.PostgresError)

#: Whatever ends a start, and what the demo outlives: connections come through all three drivers.
UNUSABLE = (*LOST, psycopg.Error, django.db.Error)


def was_cut(error: BaseException, *, ours: bool = False) -> bool:
    """Whether the connection was cut under a statement, of either driver, or of the ORM's.

    What libpq finds out by itself has no SQLSTATE; so has a connection that was refused. To our own database
    (``ours``: the ORM's) that is for the same reason; to another one it is the handler's error.
    """
    if isinstance(error, CUT):
        return True
    if isinstance(error, django.db.OperationalError):
        cause = error.__cause__
        return cause is not None and was_cut(cause, ours=True)
    if not isinstance(error, psycopg.OperationalError) or has_no_room(error):
        return False
    if error.pgconn is not None and not ours:
        return False
    code = error.sqlstate
    return code is None or code in CUT_STATES or code.startswith("08")


def has_no_room(error: BaseException) -> bool:
    """Whether the server refused a connection for want of room, to either driver, or through the ORM.

    At the server, at this database or at this role: a connection that ends somewhere makes room.
    """
    if isinstance(error, asyncpg.TooManyConnectionsError | psycopg.errors.TooManyConnections):
        return True
    # What is refused before there is a connection comes through libpq without its SQLSTATE, and PgBouncer
    # has none for it. Where the server's lc_messages is another language, asyncpg alone is understood: the
    # ORM then says at once what the server said, instead of waiting for room.
    refusals = ("too many clients", "too many connections", "slots are reserved", "no more connections")
    told = isinstance(error, psycopg.Error | asyncpg.PostgresError)
    if told and any(words in str(error) for words in refusals):
        return True
    return error.__cause__ is not None and has_no_room(error.__cause__)
