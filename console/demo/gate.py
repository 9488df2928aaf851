"""The line between the demo and its database, which the demo may cut. Nobody else's line goes through it."""

import asyncio
import contextlib
import shutil
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast


def socket_of(settings: Mapping[str, Any]) -> Path | None:
    """The server's Unix socket in Django's settings of a database; None where it is reached otherwise.

    Over TCP the line may be encrypted and checked against the server's name, which no gate could stand for.
    """
    host = settings.get("HOST") or ""
    if not host.startswith("/") or "," in host:
        return None
    return Path(host) / f".s.PGSQL.{settings.get('PORT') or 5432}"


class Gate:
    """A Unix socket that leads to another one, on a thread and loop of its own: a blocked loop beside it, and
    a heart that beats meanwhile, see no difference.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="demo.gate", daemon=True)
        self._server: asyncio.AbstractServer | None = None
        self._lines: set[Near] = set()
        self._reaching: set[asyncio.Task[None]] = set()
        self.whole = True
        #: Where it listens: a directory of its own that nobody else may enter.
        self.folder = Path(tempfile.mkdtemp(prefix="headrace-"))

    def open(self) -> None:
        """Listen; ready when this returns. Raises OSError."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)

    async def cut(self) -> int:
        """End every line, and let no new one through until ``mend``; how many that ended."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._cut(), self._loop))

    def mend(self) -> None:
        """Let lines through again."""
        self.whole = True

    def close(self) -> None:
        """End all of it. Safe twice, and before ``open``."""
        if self._thread.is_alive():
            with contextlib.suppress(TimeoutError):
                asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(5)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)
        shutil.rmtree(self.folder, ignore_errors=True)

    async def _listen(self) -> None:
        path = str(self.folder / self._target.name)
        self._server = await self._loop.create_unix_server(lambda: Near(self), path)

    async def _cut(self) -> int:
        self.whole = False
        return self._hang_up()

    async def _end(self) -> None:
        if self._server is not None:
            self._server.close()
        self._hang_up()

    def _hang_up(self) -> int:
        lines = list(self._lines)
        for line in lines:
            line.cut()
        return len(lines)

    def take(self, near: "Near") -> None:
        if not self.whole:
            near.cut()
            return
        self._lines.add(near)
        task = self._loop.create_task(self._reach(near))
        self._reaching.add(task)
        task.add_done_callback(self._reaching.discard)

    async def _reach(self, near: "Near") -> None:
        try:
            await self._loop.create_unix_connection(lambda: End(near), str(self._target))
        except OSError:
            near.cut()
        else:
            near.transport.resume_reading()

    def forget(self, near: "Near") -> None:
        self._lines.discard(near)


class End(asyncio.Protocol):
    """One end of a line: what comes in here goes out at the other end, no faster than that takes it."""

    transport: asyncio.Transport

    def __init__(self, other: "End | None") -> None:
        self.other = other

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        if self.other is not None:
            self.other.other = self
            if self.other.transport.is_closing():
                self.transport.abort()

    def data_received(self, data: bytes) -> None:
        if self.other is not None:
            self.other.transport.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.other is not None:
            self.other.transport.close()

    def pause_writing(self) -> None:
        if self.other is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None:
            self.other.transport.resume_reading()


class Near(End):
    """The end on the demo's side; it has nobody to pass anything on to until the server is reached."""

    def __init__(self, gate: Gate) -> None:
        super().__init__(None)
        self._gate = gate

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.transport.pause_reading()
        self._gate.take(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._gate.forget(self)
        super().connection_lost(exc)

    def cut(self) -> None:
        self.transport.abort()
        if self.other is not None:
            self.other.transport.abort()
