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

#: libpq's options that asyncpg understands as well. With any other, pages and jobs would connect differently.
OPTIONS = frozenset(
    {
        "connect_timeout",
        "options",
        "passfile",
        "sslcert",
        "sslcrl",
        "sslkey",
        "sslmode",
        "sslnegotiation",
        "sslpassword",
        "sslrootcert",
        "ssl_max_protocol_version",
        "ssl_min_protocol_version",
        "target_session_attrs",
    }
)

_VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
#: What those of them may be that are words.
WORDS = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "sslnegotiation": ("postgres", "direct"),
    "ssl_max_protocol_version": _VERSIONS,
    "ssl_min_protocol_version": _VERSIONS,
    "target_session_attrs": ("any", "read-write", "read-only", "primary", "standby", "prefer-standby"),
}


class DatabaseProblem(Exception):
    """The database can't be used. The message is one sentence for a person, without any password."""


def parse(url: str) -> dict[str, Any]:
    """Django's settings for a ``postgres://user:password@host:port/name?option=value``.

    A socket directory comes percent-encoded as the host (``%2Frun%2Fpostgresql``) or as ``?host=``, where
    several hosts may stand with commas between them. Other options are those in OPTIONS.
    Raises DatabaseProblem.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # Python's words quote what it took for the port: with a / or # in it, the password
        why = "its host or port makes no sense; a password's / # ? and @ are written %2F %23 %3F and %40"
        raise DatabaseProblem(_malformed(why)) from None
    if parts.scheme not in ("postgres", "postgresql"):
        begins = f"it begins with {parts.scheme}:" if parts.scheme else "it has no scheme"
        raise DatabaseProblem(_malformed(begins))
    options = dict(parse_qsl(parts.query))
    # urlsplit's .hostname is in lower case, which a socket directory need not be.
    host = parts.netloc.rpartition("@")[2].removesuffix(f":{port}")
    name = unquote(parts.path.removeprefix("/")) or unquote(parts.username or "")
    if not name:
        raise DatabaseProblem(_malformed("it names no database"))
    hosts, ports = (
        options.pop("host", "") or unquote(host).strip("[]"),
        options.pop("port", "") or str(port or ""),
    )
    if not all(number.isdecimal() for number in ports.split(",") if ports):
        raise DatabaseProblem(_malformed("its port is no number"))
    _check_options(options)
    return {
        "ENGINE": "console.orm",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": hosts,
        "PORT": ports,
        "OPTIONS": options,
        "DISABLE_SERVER_SIDE_CURSORS": True,  # they outlive a transaction, which a pooler does not allow
    }


def _check_options(options: dict[str, str]) -> None:
    for name in options.keys() - OPTIONS:
        raise DatabaseProblem(
            f"DATABASE_URL has the option {name!r}, which Headrace can't keep on all of its connections: "
            f"leave it out; it may have {', '.join(sorted(OPTIONS))}."
        )
    for name in sorted(options.keys() & WORDS.keys()):
        if options[name] not in WORDS[name]:
            raise DatabaseProblem(
                f"DATABASE_URL has {name}={options[name]}: it must be one of {', '.join(WORDS[name])}."
            )
    seconds = options.get("connect_timeout", "1")
    if not seconds.isdecimal() or not int(seconds):
        raise DatabaseProblem(
            f"DATABASE_URL has connect_timeout={seconds}: it must be whole seconds, at least 1."
        )
    if options.get("sslrootcert") == "system":
        raise DatabaseProblem(
            "DATABASE_URL has sslrootcert=system, which Headrace can't keep on all of its connections: "
            "name the file, as sslrootcert=/etc/ssl/certs/ca-certificates.crt."
        )


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

    from console.patience import deadline, patiently
    from jobs.away import has_no_room

    conf = parse(url)
    try:
        with patiently(lambda: psycopg.connect(**_libpq(conf)), deadline()) as conn:
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


def _libpq(conf: dict[str, Any]) -> dict[str, Any]:
    named = {
        "host": conf["HOST"],
        "port": conf["PORT"],
        "user": conf["USER"],
        "password": conf["PASSWORD"],
        "dbname": conf["NAME"],
    }
    return PATIENT | conf["OPTIONS"] | {key: value for key, value in named.items() if value}


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
