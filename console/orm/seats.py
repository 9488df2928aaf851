"""The ORM's connections of one process: so many at once over all its threads, and one of them kept.

Each thread that asks the ORM has a connection of its own, and a request for a page is a thread. So pages,
sockets, and jobs that are plain functions share a number of seats. A job may sit for long: jobs take half of
the seats at most, and people find the others.
"""

import functools
import select
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

import psycopg
from django.conf import settings
from psycopg.errors import TooManyConnections

from console.patience import deadline, patiently
from jobs import db
from jobs.engine.executor import THREADS


class Seats:
    """``most`` connections at once. What a thread leaves behind unclosed is given up with its connection."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._seats = threading.BoundedSemaphore(most)
        self._jobs = threading.BoundedSemaphore(max(1, most // 2))
        self._taken: weakref.WeakKeyDictionary[Any, weakref.finalize] = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()
        self._keeping = False
        self._kept: tuple[str, Any] | None = None

    def take(self, database: str, connect: Callable[[], Any]) -> Any:
        """A connection to the database, to be given to ``leave``.

        Waits for a seat, and where the server has no room for that too, DATABASE_ACQUIRE_TIMEOUT at most.
        Raises psycopg.errors.TooManyConnections after that, and what ``connect`` raises.
        """
        until = deadline()
        rows = [self._seats]
        for_a_job = threading.current_thread().name.startswith(THREADS)
        if for_a_job:
            rows.insert(0, self._jobs)
        _sit_down(rows, until)
        try:
            conn = self._unkept(database) or patiently(connect, until)
        except BaseException:
            _get_up(rows)
            raise
        self._taken[conn] = weakref.finalize(conn, _get_up, rows)
        _be_patient(conn, db.PATIENCE if self._keeping and not for_a_job else None)
        return conn

    def leave(self, conn: Any) -> None:
        """Close it, or keep it for who comes next."""
        seat = self._taken.pop(conn, None)
        idle = not conn.closed and conn.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        with self._lock:
            keep = self._keeping and self._kept is None and idle and conn.autocommit
            if keep:
                self._kept = (conn.info.dbname, conn)
        if not keep:
            conn.close()
        if seat is not None:
            seat()

    def keep(self, yes: bool) -> None:
        """Whether one connection stays open while nobody needs it: the next who does has it for certain."""
        self._keeping = yes
        if not yes:
            self.clear()

    def clear(self) -> None:
        """Close what is kept."""
        with self._lock:
            kept, self._kept = self._kept, None
        if kept:
            kept[1].close()

    def _unkept(self, database: str) -> Any:
        """The one that was kept, if it is for this database and still good."""
        with self._lock:
            kept, self._kept = self._kept, None
        if kept is None:
            return None
        name, conn = kept
        if name == database and _still_open(conn):
            return conn
        conn.close()
        return None


def _still_open(conn: Any) -> bool:
    """Whether nothing came from the server meanwhile: it says goodbye, or its end closes. Nobody is asked: a
    server that says nothing would be waited for.
    """
    if conn.closed:
        return False
    said = select.poll()
    said.register(conn.fileno(), select.POLLIN)
    return not said.poll(0)


def _be_patient(conn: Any, seconds: float | None) -> None:
    """Give its statements so many seconds, after which they raise psycopg.OperationalError.

    Where people wait for pages, a server that says nothing must not keep a thread. The statements of a
    command, or of a job, may take their time.
    """
    conn.wait = functools.partial(_wait, weakref.ref(conn), seconds)


def _wait(known: Any, seconds: float | None, generator: Any, **how: Any) -> Any:
    conn = known()
    try:
        return type(conn).wait(conn, generator, **{"timeout": seconds, **how})
    except psycopg.OperationalError:
        if conn.pgconn.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
            conn.close()  # its answer may still come, and would be taken for another's
        raise


def _sit_down(rows: list[threading.BoundedSemaphore], until: float) -> None:
    taken: list[threading.BoundedSemaphore] = []
    for row in rows:
        if not row.acquire(timeout=max(0.0, until - time.monotonic())):
            _get_up(taken)
            raise TooManyConnections("every connection of this process's ORM is in use (DATABASE_ORM_MAX)")
        taken.append(row)


def _get_up(rows: list[threading.BoundedSemaphore]) -> None:
    for row in rows:
        row.release()


seats = Seats(settings.DATABASE_ORM_MAX)
