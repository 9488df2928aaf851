"""Hears what other processes announce."""

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Callable, Sequence
from typing import Any

import asyncpg
import orjson

from jobs import db
from jobs.away import LOST
from jobs.changes import Change
from jobs.engine.announcer import CHANNEL
from jobs.engine.machine import Machine, reason

logger = logging.getLogger(__name__)

#: What the server calls its connection. Each process has one, so they can be counted by it.
NAME = "headrace listener"

#: Seconds between two pings, and until a ping without an answer means that the peer is gone.
PING, PING_TIMEOUT = 5.0, 3.0
#: Seconds a connection must have lasted for the next one to be tried at once.
LASTED = 0.25
#: Seconds to begin to listen.
LISTEN = 10.0
FIRST_WAIT, LONGEST_WAIT = 0.05, 5.0


class Listener(Machine):
    """LISTEN on a connection of its own; it comes back after every loss, and says so.

    Behind a pooler it does nothing: what would listen is the server's connection, which is everybody's.
    """

    name = "listener"

    def __init__(self, process: str = "") -> None:
        super().__init__()
        #: The announcer's name of this process: its own messages are skipped.
        self.process = process
        self.connected = asyncio.Event()
        #: Why it could not connect the last time it tried.
        self.problem: Exception | None = None
        self._callbacks: list[Callable[[Sequence[Change]], None]] = []
        self._reconnects: list[Callable[[], None]] = []
        self._times = 0
        self._since = 0.0

    def subscribe(self, callback: Callable[[Sequence[Change]], None]) -> None:
        """Call back, on the loop, with other processes' changes. The callback must not block."""
        self._callbacks.append(callback)

    def unsubscribe(self, callback: Callable[[Sequence[Change]], None]) -> None:
        with contextlib.suppress(ValueError):
            self._callbacks.remove(callback)

    def on_reconnect(self, callback: Callable[[], None]) -> None:
        """Call back when it listens again after a loss: what was told meanwhile was missed."""
        self._reconnects.append(callback)

    async def start(self) -> None:
        """Start, and wait until it listens, ten seconds at most (it goes on trying after them)."""
        if db.pooled():
            return
        await super().start()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):
                await self.connected.wait()

    async def run(self) -> None:
        wait, told = FIRST_WAIT, False
        while True:
            try:
                await self._listen()
            except LOST as error:
                self.problem = error
                if self.connected.is_set():
                    logger.warning("the listener lost its connection: %s", reason(error))
                    told = False
                elif not told:
                    logger.warning("the listener cannot connect: %s", reason(error))
                    told = True
            # One that is lost as soon as it is there is no better than none.
            if self.connected.is_set() and time.monotonic() - self._since > LASTED:
                wait = FIRST_WAIT
            self.connected.clear()
            await asyncio.sleep(wait * random.uniform(0.5, 1))  # noqa: S311
            wait = min(wait * 2, LONGEST_WAIT)

    async def _listen(self) -> None:
        """Connect, and listen until the connection is lost."""
        lost = asyncio.Event()
        conn = await asyncpg.connect(**db.connect_options(NAME))
        conn.add_termination_listener(lambda _conn: lost.set())
        try:
            async with asyncio.timeout(LISTEN):
                await conn.add_listener(CHANNEL, self._heard)
            self._since = time.monotonic()
            self.connected.set()
            self._times += 1
            if self._times > 1:
                self._call_reconnects()
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(PING):
                        await lost.wait()
                if lost.is_set():
                    raise ConnectionError("closed by the server")
                await conn.execute("SELECT 1", timeout=PING_TIMEOUT)
        finally:
            conn.terminate()

    def _call_reconnects(self) -> None:
        for callback in tuple(self._reconnects):
            try:
                callback()
            except Exception:
                logger.exception("a subscriber of the listener failed")

    def _heard(self, _conn: Any, _pid: int, _channel: str, payload: object) -> None:
        try:
            message = orjson.loads(str(payload))
            if message["p"] and message["p"] == self.process:
                return
            changes = [Change(str(kind), str(id), int(version)) for kind, id, version in message["c"]]
        except (ValueError, KeyError, TypeError):
            logger.warning("a notification on %s is not ours", CHANNEL)
            return
        for callback in tuple(self._callbacks):
            try:
                callback(changes)
            except Exception:
                logger.exception("a subscriber of the listener failed")
