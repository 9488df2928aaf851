"""A network on loopback that a test can break: cut, silent, slow or thin, for all lines or some."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from jobs import db

#: Bytes of a chunk, and of what a client said that a line remembers.
CHUNK = 65_536

Target = tuple[str, int] | Path


class Line:
    """One connection through the proxy. ``said`` begins with what the client sent first."""

    def __init__(self, proxy: "Proxy", near: asyncio.StreamWriter) -> None:
        self.proxy = proxy
        self.near = near
        self.far: asyncio.StreamWriter | None = None
        self.said = b""
        self.open = asyncio.Event()

    async def carry(self, reader: asyncio.StreamReader) -> None:
        """Carry bytes both ways until both sides have ended or the line is cut."""
        await self.open.wait()
        far_reader, self.far = await self.proxy.reach()
        async with asyncio.TaskGroup() as both:
            both.create_task(self._pump(reader, self.far, self._hear))
            both.create_task(self._pump(far_reader, self.near))

    def cut(self) -> None:
        """Reset both sides, as a machine that has lost its memory of the connection would."""
        for writer in (self.near, self.far):
            if writer is None:
                continue
            with suppress(OSError, AttributeError):
                sock = writer.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    def _hear(self, data: bytes) -> None:
        self.said = (self.said + data)[-CHUNK:]
        self.proxy.darken(self)

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        hear: Callable[[bytes], None] = lambda _data: None,
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                hear(data)
                await self._travel(len(data))
                writer.write(data)
                await writer.drain()
        await self.open.wait()  # in the dark nobody hears that the other side has gone, either
        with suppress(OSError, RuntimeError):
            writer.close()

    async def _travel(self, size: int) -> None:
        """The time these bytes take."""
        await self.open.wait()
        if seconds := self.proxy.delay + (size / self.proxy.rate if self.proxy.rate else 0.0):
            await asyncio.sleep(seconds)
            await self.open.wait()


class Proxy:
    """A TCP proxy on loopback. ``delay`` in seconds a chunk, ``rate`` in bytes a second (0: any)."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.port = 0
        self.delay = 0.0
        self.rate = 0.0
        self.lines: set[Line] = set()
        #: Connections taken so far.
        self.taken = 0
        #: Set when somebody is refused because the line is cut.
        self.refused = asyncio.Event()
        self.whole = True
        self._swallows: Callable[[Line], bool] = _none

    @property
    def url(self) -> str:
        """For who speaks HTTP."""
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> int:
        """Reset every connection and refuse new ones until ``mend``; how many connections that ended."""
        self.whole = False
        self.refused.clear()
        return self.reset()

    def reset(self) -> int:
        """Reset every connection; new ones are served. How many that ended."""
        lines = list(self.lines)
        for line in lines:
            line.cut()
        return len(lines)

    def swallow(self, which: Callable[[Line], bool] | None = None) -> int:
        """From now on these lines (without an argument: all, new ones too) say nothing and hear nothing.

        They stay connected, and new ones are accepted. How many of the present lines that are.
        """
        self._swallows = which or _all
        for line in self.lines:
            self.darken(line)
        return sum(not line.open.is_set() for line in self.lines)

    def mend(self) -> None:
        """Carry everything again. What was swallowed arrives late, as after a long way."""
        self.whole = True
        self._swallows = _none
        for line in self.lines:
            line.open.set()

    def darken(self, line: Line) -> None:
        """Swallow this line if it is one of those; a line that is dark stays so until ``mend``."""
        if self._swallows(line):
            line.open.clear()

    async def reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self.target, Path):
            return await asyncio.open_unix_connection(self.target)
        return await asyncio.open_connection(*self.target)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        line = Line(self, writer)
        self.taken += 1
        if not self.whole:
            self.refused.set()
            line.cut()
            return
        line.open.set()
        self.darken(line)
        self.lines.add(line)
        try:
            await line.carry(reader)
        except OSError:
            line.cut()  # nobody is at the far end
        finally:
            self.lines.discard(line)


def _all(_line: Line) -> bool:
    return True


def _none(_line: Line) -> bool:
    return False


def target_of(url: str) -> Target:
    """The address in ``http://host:port``."""
    host, port = url.removeprefix("http://").rstrip("/").split(":")
    return host, int(port)


@asynccontextmanager
async def proxying(target: Target) -> AsyncIterator[Proxy]:
    """A proxy in front of a TCP address or of a socket's path, gone with all its connections afterwards."""
    proxy = Proxy(target)
    tasks: set[asyncio.Task[None]] = set()

    def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(proxy.take(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.reset()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def before_the_database() -> AsyncIterator[Proxy]:
    """A proxy in front of the server of the test database."""
    options = db.connect_options()
    host, port = options["host"] or "localhost", options["port"] or 5432
    async with proxying(Path(host) / f".s.PGSQL.{port}" if host.startswith("/") else (host, port)) as proxy:
        yield proxy
