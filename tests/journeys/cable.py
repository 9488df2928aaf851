"""A cable between a client and a server, that a test can pull out and put back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Cable:
    """A TCP proxy on loopback to ``http://host:port``, ``host:port`` or the path of a socket.

    ``cut`` resets every connection and refuses new ones until ``mend``.
    """

    def __init__(self, target: str) -> None:
        self.target = target.removeprefix("http://")
        self.whole = True
        self.writers: set[asyncio.StreamWriter] = set()
        self.refused = asyncio.Event()
        self.url, self.port = "", 0

    def cut(self) -> int:
        """Pull it out; how many connections that ended."""
        self.whole = False
        self.refused.clear()
        ended = len(self.writers) // 2
        for writer in self.writers:
            writer.transport.abort()
        return ended

    def mend(self) -> None:
        self.whole = True

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.whole:
            self.refused.set()
            writer.transport.abort()
            return
        if self.target.startswith("/"):
            far_reader, far_writer = await asyncio.open_unix_connection(self.target)
        else:
            far_reader, far_writer = await asyncio.open_connection(*self.target.split(":"))
        self.writers |= {writer, far_writer}
        await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))
        self.writers -= {writer, far_writer}


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    with suppress(ConnectionError):
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def cable(target: str) -> AsyncIterator[Cable]:
    line = Cable(target)
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    line.url = f"http://127.0.0.1:{line.port}"
    try:
        yield line
    finally:
        line.cut()
        server.close()
