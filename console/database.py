"""``DATABASE_URL``: read, shown without its password, tried."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from console import postgres

OLDEST = 14  # PostgreSQL's major version

#: libpq's own waits have no end worth the name: seconds to connect, milliseconds until what was sent is
#: acknowledged, seconds of silence until a peer is asked whether it is there, and how often it is asked.
PATIENT = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}

#: Seconds between two looks whether a full server has room.
LOOK = 0.5


class DatabaseProblem(Exception):
    """The database can't be used. The message is one sentence for a person, without any password."""


def parse(url: str) -> dict[str, Any]:
    """Django's settings for a ``postgres://user:password@host:port/name?option=value``.

    A socket directory comes percent-encoded as the host (``%2Frun%2Fpostgresql``) or as ``?host=``. Every
    other option is libpq's. Raises DatabaseProblem.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # Python's words quote what it took for the port: with a / or # in it, the password
        why = "its host or port makes no sense; a password's / # ? and @ are written %2F %23 %3F and %40"
        raise DatabaseProblem(_malformed(why)) from None
    if parts.scheme not in ("postgres", "postgresql"):
        raise DatabaseProblem(_malformed(f"it begins with {parts.scheme or 'no scheme'!r}"))
    options = dict(parse_qsl(parts.query))
    # urlsplit's .hostname is in lower case, which a socket directory need not be.
    host = parts.netloc.rpartition("@")[2].removesuffix(f":{port}")
    name = unquote(parts.path.removeprefix("/")) or unquote(parts.username or "")
    if not name:
        raise DatabaseProblem(_malformed("it names no database"))
    return {
        "ENGINE": "console.orm",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(host).strip("[]"),
        "PORT": options.pop("port", "") or str(port or ""),
        "OPTIONS": PATIENT | options,
        "DISABLE_SERVER_SIDE_CURSORS": True,  # they outlive a transaction, which a pooler does not allow
    }


def _malformed(why: str) -> str:
    return (
        f"DATABASE_URL can't be read ({why}): write it as postgres://user:password@host:5432/name, "
        "or unset it to use the built-in PostgreSQL."
    )


def shown(conf: dict[str, Any]) -> str:
    """The address in words that may be printed: no password."""
    user = f"{conf['USER']}@" if conf["USER"] else ""
    port = f":{conf['PORT']}" if conf["PORT"] else ""
    return f"{user}{conf['HOST'] or 'the local socket'}{port}/{conf['NAME']}"


def check(url: str) -> None:
    """Connect once, for at most 5 s an address; to a full server again, for DATABASE_ACQUIRE_TIMEOUT seconds.

    Raises DatabaseProblem.
    """
    import psycopg

    conf = parse(url)
    try:
        with _connected(conf) as conn:
            version = conn.info.server_version // 10_000
    except psycopg.Error as error:
        if has_no_room(error):
            raise DatabaseProblem(
                f"DATABASE_URL: {shown(conf)} has no room for one more connection ({_reason(error)}): end a "
                "process, give all of them a lower DATABASE_POOL_MAX, or raise the server's max_connections."
            ) from None
        raise DatabaseProblem(
            f"DATABASE_URL: {shown(conf)} was tried and did not work ({_reason(error)}): correct it, "
            "start that server, or unset DATABASE_URL to use the built-in PostgreSQL."
        ) from None
    if version < OLDEST:
        raise DatabaseProblem(
            f"DATABASE_URL: {shown(conf)} is PostgreSQL {version}: Headrace needs {OLDEST} or newer; "
            "unset DATABASE_URL to use the built-in one."
        )


def _connected(conf: dict[str, Any]) -> Any:
    import psycopg
    from django.conf import settings

    began = time.monotonic()
    while True:
        try:
            return psycopg.connect(**_libpq(conf))
        except psycopg.OperationalError as error:
            if not has_no_room(error) or time.monotonic() + LOOK > began + settings.DATABASE_ACQUIRE_TIMEOUT:
                raise
        time.sleep(LOOK)


def _libpq(conf: dict[str, Any]) -> dict[str, Any]:
    named = {
        "host": conf["HOST"],
        "port": conf["PORT"],
        "user": conf["USER"],
        "password": conf["PASSWORD"],
        "dbname": conf["NAME"],
    }
    return conf["OPTIONS"] | {key: value for key, value in named.items() if value}


def _reason(error: Exception) -> str:
    """The cause out of libpq's lines, which repeat the address and add advice of their own."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    telling = next((line for line in reversed(lines) if "failed: " in line), lines[0])
    return telling.rpartition("failed: ")[2].removeprefix("FATAL:").strip().rstrip(".")


def lacks_tables(error: BaseException) -> bool:
    """Whether PostgreSQL says that a table is not there: to either driver, or through the ORM."""
    import asyncpg
    import psycopg

    missing = (psycopg.errors.UndefinedTable, asyncpg.UndefinedTableError)
    return isinstance(error, missing) or isinstance(error.__cause__, missing)


def has_no_room(error: BaseException) -> bool:
    """Whether a server or a pooler says that it has no room for one more connection: to either driver, or
    through the ORM.
    """
    import asyncpg
    import psycopg

    if isinstance(error, asyncpg.TooManyConnectionsError | psycopg.errors.TooManyConnections):
        return True
    # What is refused before there is a connection comes through libpq without its SQLSTATE, and PgBouncer
    # has none for it. A server that speaks another language than English is not understood here.
    refusals = ("too many clients", "too many connections", "slots are reserved", "no more connections")
    told = isinstance(error, psycopg.Error | asyncpg.PostgresError)
    if told and any(words in str(error) for words in refusals):
        return True
    return error.__cause__ is not None and has_no_room(error.__cause__)


#: Seconds the last ``reachable`` took: a first start makes a whole server.
seconds_taken = 0.0


@contextmanager
def reachable() -> Iterator[None]:
    """``DATABASE_URL`` set to a server that answers: the given one, else the built-in one, held meanwhile.

    Raises DatabaseProblem. How long that took is in ``seconds_taken``.
    """
    global seconds_taken
    began = time.monotonic()
    if given := os.environ.get("DATABASE_URL"):
        check(given)
        seconds_taken = time.monotonic() - began
        yield
        return
    try:
        os.environ["DATABASE_URL"] = postgres.acquire()
    except postgres.ServerProblem as problem:
        raise DatabaseProblem(str(problem)) from problem
    seconds_taken = time.monotonic() - began
    try:
        yield
    finally:
        del os.environ["DATABASE_URL"]
        postgres.release()
