"""The heart: keeps this process's lease alive from a thread, so that a blocked loop keeps it, too."""

import asyncio
import contextlib
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.db import connections

from jobs import db
from jobs.encode import dump
from jobs.statements import sql

logger = logging.getLogger(__name__)

#: Seconds a beat may take.
SECONDS = 3
#: Seconds a loop may be blocked before the heart gives its jobs up.
BLOCKED_LIMIT = 300.0


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds: between two beats, a lease lives, without a beat until the worker fences itself."""

    beat: float = 5.0
    lease: float = 30.0
    fence: float = 20.0


def connect() -> psycopg.Connection:
    """A connection that gives up within seconds where its peer is gone. One that is there and says nothing is
    left to ``_bounded``, and so is a pooler, which takes no options and may keep a statement waiting.
    """
    conf = connections["default"].settings_dict
    own: dict[str, Any] = {
        "host": conf.get("HOST") or None,
        "port": conf.get("PORT") or None,
        "user": conf.get("USER") or None,
        "password": conf.get("PASSWORD") or None,
        "dbname": conf["NAME"],
        "application_name": "headrace heart",
        "connect_timeout": SECONDS,
        "tcp_user_timeout": SECONDS * 1000,
        "keepalives_idle": 2,
        "keepalives_interval": 1,
        "keepalives_count": 2,
    }
    given = conf.get("OPTIONS", {})
    if not db.pooled():  # a pooler refuses options; there the heart itself looks at the time
        own["options"] = f"{given.get('options', '')} -c statement_timeout={SECONDS * 1000}"
    how: dict[str, Any] = {"autocommit": True, "prepare_threshold": None, "cursor_factory": psycopg.RawCursor}
    return psycopg.connect(**given | own, **how)


@contextlib.contextmanager
def _bounded(conn: psycopg.Connection) -> Iterator[None]:
    """Hang up after SECONDS: a frozen server, or a network that swallows, acknowledges and says nothing."""
    line = socket.socket(fileno=os.dup(conn.fileno()))

    def hang_up() -> None:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(SECONDS, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        line.close()


class Heart:
    """A worker's lease. ``worker`` is the boot UUID; it changes when the heart comes back after a fence.

    on_fence is called on the loop when no beat succeeded for so long that the lease may run out: everything
    claimed must be let go of. on_revive is called on the loop when beats work again, under a new boot UUID.
    load is called in the heart's thread: what the process is doing, which each beat carries for the others.
    """

    def __init__(
        self,
        name: str,
        queues: dict[str, int],
        rhythm: Rhythm,
        *,
        on_fence: Callable[[], None],
        on_revive: Callable[[], None],
        load: Callable[[], dict[str, Any]],
    ) -> None:
        self.name, self.queues, self.rhythm = name, queues, rhythm
        self.worker: UUID = uuid4()
        self.alive = False
        self.fences = 0
        self._on_fence, self._on_revive, self._load = on_fence, on_revive, load
        self._halt = threading.Event()
        self._thread: threading.Thread | None = None
        self._conn: psycopg.Connection | None = None
        self._failing = False
        self._last_beat = 0.0
        self._last_loop = 0.0
        self._watching: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Register the worker and begin to beat; harmless where it beats.

        Raises psycopg.Error without a database.
        """
        if self._thread is not None:
            return
        self._loop = asyncio.get_running_loop()
        self._halt.clear()
        self.worker = uuid4()
        await asyncio.to_thread(self._register)
        self._last_loop = time.monotonic()
        self.alive = True
        self._thread = threading.Thread(target=self._run, name="jobs.heart", daemon=True)
        self._thread.start()
        self._watch()

    async def stop(self) -> None:
        """End the lease and the thread. A database that is away delays this by a few seconds at most."""
        thread, self._thread = self._thread, None
        if self._watching is not None:
            self._watching.cancel()
        if thread is not None:
            self.alive = False
            self._halt.set()
            await asyncio.to_thread(thread.join, 10)

    def _watch(self) -> None:
        """On the loop, whose jobs it is about: a thread that waits for a dark database fences nothing."""
        left = self._last_beat + self.rhythm.fence - time.monotonic()
        if left <= 0:
            left = self.rhythm.beat
            self._fence("no beat reached the database")
        self._watching = self._loop.call_later(left, self._watch)

    def _run(self) -> None:
        while not self._halt.wait(self._pause()):
            self._ask_loop()
            if time.monotonic() - self._last_loop > BLOCKED_LIMIT:
                self._fence("the loop is blocked")
                continue
            try:
                if self.alive:
                    self._beat()
                else:
                    self._revive()
            except (psycopg.Error, OSError) as error:
                self._disconnect()
                if not self._failing:
                    logger.warning("a beat failed: %s", error)
                self._failing = True
            else:
                self._failing = False
        self._retire()
        self._disconnect()

    def _retire(self) -> None:
        """End the lease. A stop does not wait for a database that has not answered before it."""
        try:
            if self._failing:
                raise ConnectionError("it is away")
            self._execute("retire", self.worker)
        except (psycopg.Error, OSError) as error:
            logger.warning("the worker could not be marked stopped, its lease runs out by itself: %s", error)

    def _pause(self) -> float:
        """Seconds until the next try: sooner while the last one failed."""
        late = time.monotonic() - self._last_beat > 1.5 * self.rhythm.beat
        return self.rhythm.beat / 5 if late else self.rhythm.beat

    def _ask_loop(self) -> None:
        """Have the loop say that it turns."""

        def answer() -> None:
            self._last_loop = time.monotonic()

        self._tell(answer)

    def _tell(self, callback: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(callback)
        except RuntimeError:  # the loop is closed: nobody is left to be told
            self._halt.set()

    def _beat(self) -> None:
        began = time.monotonic()
        if self._execute("beat", self.worker, self.rhythm.lease, dump(self._load())):
            self._last_beat = began
        else:
            self._fence("the lease ran out or its row is gone")
            self._revive()

    def _fence(self, why: str) -> None:
        if not self.alive:
            return
        logger.error("worker %s fences itself: %s", self.worker, why)
        self.alive = False
        self.fences += 1
        self._tell(self._on_fence)

    def _revive(self) -> None:
        """A new life under a new UUID; what the old one had claimed is anybody's to rescue."""
        self._execute("retire", self.worker)
        self.worker = uuid4()
        self._register()
        self.alive = True
        logger.warning("the worker is back as %s", self.worker)
        self._tell(self._on_revive)

    def _register(self) -> None:
        began = time.monotonic()
        self._execute(
            "register", self.worker, self.name, dump(self.queues), self.rhythm.lease, dump(self._load())
        )
        self._last_beat = began

    def _execute(self, name: str, *args: object) -> int:
        if self._conn is None:
            self._conn = connect()
        with _bounded(self._conn):
            return self._conn.execute(sql(name), args).rowcount

    def _disconnect(self) -> None:
        conn, self._conn = self._conn, None
        if conn is not None:
            conn.close()
