"""Tells everybody what changed: this process at once, the others by NOTIFY in small batches."""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable, Sequence
from uuid import uuid4

import asyncpg
import orjson

from jobs import changes as changes_module
from jobs import db
from jobs.away import LOST
from jobs.changes import Change
from jobs.engine.machine import Machine, reason

logger = logging.getLogger(__name__)

CHANNEL = "headrace"
#: What the server calls its connection.
NAME = "headrace announcer"
#: PostgreSQL takes 7,999 bytes of payload.
MAX_BYTES = 7900
#: Seconds between two sends: a NOTIFY takes a lock of the whole cluster, so a few tens a second at most.
PAUSE = 0.025
#: Changes kept while the database is away. A notification is a hint; past this the oldest are dropped.
MAX_PENDING = 50_000

Callback = Callable[[Sequence[Change]], None]

_SEND = "SELECT pg_notify($1, p) FROM unnest($2::text[]) AS p"


def payloads(changes: Sequence[Change], process: str) -> list[str]:
    """The changes as JSON texts of at most MAX_BYTES each."""
    head = b'{"p":' + orjson.dumps(process) + b',"c":['
    texts: list[str] = []
    parts: list[bytes] = []
    size = len(head) + 2
    for change in changes:
        part = orjson.dumps(list(change))
        if parts and size + len(part) + 1 > MAX_BYTES:
            texts.append((head + b",".join(parts) + b"]}").decode())
            parts, size = [], len(head) + 2
        parts.append(part)
        size += len(part) + 1
    if parts:
        texts.append((head + b",".join(parts) + b"]}").decode())
    return texts


async def notify_once(changes: Sequence[Change]) -> None:
    """Tell the others from a process that runs no announcer, on a connection of the pool."""
    async with db.connection() as conn:
        await conn.execute(_SEND, CHANNEL, payloads(changes, process=""))


class Announcer(Machine):
    """This process's voice. While it runs, ``jobs.changes.publish`` goes through it."""

    name = "announcer"

    def __init__(self) -> None:
        super().__init__()
        #: Names this process in its notifications, so that its own listener skips them.
        self.process = str(uuid4())
        self._callbacks: list[Callback] = []
        self._pending: dict[tuple[str, str], Change] = {}
        self._wake = asyncio.Event()
        self._failures = 0
        self.connected = asyncio.Event()
        #: Why it could not connect the last time it tried.
        self.problem: Exception | None = None

    def subscribe(self, callback: Callback) -> None:
        """Call back at once, on the loop, with the changes of this process. The callback must not block."""
        self._callbacks.append(callback)

    def unsubscribe(self, callback: Callback) -> None:
        with contextlib.suppress(ValueError):
            self._callbacks.remove(callback)

    async def publish(self, changes: Sequence[Change]) -> None:
        """Tell this process now and the others soon. Never waits for the database."""
        for callback in tuple(self._callbacks):
            try:
                callback(changes)
            except Exception:
                logger.exception("a subscriber of the announcer failed")
        for change in changes:
            key = (change.kind, change.id)
            known = self._pending.pop(key, None)
            self._pending[key] = change if known is None or change.version >= known.version else known
        while len(self._pending) > MAX_PENDING:
            del self._pending[next(iter(self._pending))]
        self._wake.set()

    async def start(self) -> None:
        """Start, and wait until it is connected, ten seconds at most (it goes on trying after them)."""
        changes_module.outlet.publish = self.publish
        await super().start()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):
                await self.connected.wait()

    async def stop(self) -> None:
        """Send what is pending, a second at most, and stop."""
        if changes_module.outlet.publish == self.publish:
            changes_module.outlet.publish = None
        running = self._task is not None
        await super().stop()
        if running and self._pending:
            try:
                async with asyncio.timeout(1), db.connection() as conn:
                    await self._send(conn)
            except LOST as error:
                logger.warning("the last announcements were not sent: %s", reason(error))

    async def run(self) -> None:
        while True:
            try:
                conn = await asyncpg.connect(**db.connect_options(NAME))
                try:
                    self.connected.set()
                    await self._send_while_connected(conn)
                finally:
                    self.connected.clear()
                    conn.terminate()
            except LOST as error:
                self.problem = error
                self._failures += 1
                failures = self._failures
                if failures == 1:
                    logger.warning("announcements wait for the database: %s", reason(error))
                await asyncio.sleep(min(0.05 * 2 ** min(failures, 10), 5.0) * random.uniform(0.5, 1))  # noqa: S311

    async def _send_while_connected(self, conn: asyncpg.Connection) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._send(conn)
            self._failures = 0  # a connection alone is no success: it may be lost at once, again and again
            await asyncio.sleep(PAUSE)

    async def _send(self, conn: db.Connection) -> None:
        batch, self._pending = self._pending, {}
        try:
            await conn.execute(_SEND, CHANNEL, payloads(list(batch.values()), self.process), timeout=5)
        except BaseException:
            self._pending = batch | self._pending
            self._wake.set()
            raise
