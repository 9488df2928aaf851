"""Bytes to a server as no well-behaved client would send them: broken HTTP, broken frames."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

PATIENCE = 20.0
HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{headers}\r\n"
)

TEXT, BINARY, CLOSE, PING, CONTINUED = 1, 2, 8, 9, 0


async def status_of(port: int, *parts: bytes) -> int:
    """Write all of this to a new connection; the answer's status, 0 where it is closed without one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 16)
    try:
        async with asyncio.timeout(PATIENCE):
            with suppress(ConnectionError):  # it may be cut while it still sends; the answer is there first
                for part in parts:
                    writer.write(part)
                    await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return 0
    finally:
        writer.close()
    return int(head.split(b" ", 2)[1])


def request(method: str, path: bytes | str, headers: bytes, body: bytes | None = None) -> bytes:
    """A request, its body with its length."""
    raw = path if isinstance(path, bytes) else path.encode()
    length = b"" if body is None else b"Content-Length: %d\r\n" % len(body)
    return method.encode() + b" " + raw + b" HTTP/1.1\r\n" + headers + length + b"\r\n" + (body or b"")


def chunks(body: bytes, size: int = 65_536) -> list[bytes]:
    """A body in chunks, which nobody knows the length of before its end."""
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return [*(b"%x\r\n%b\r\n" % (len(part), part) for part in parts), b"0\r\n\r\n"]


def frame(payload: bytes, opcode: int = TEXT, *, final: bool = True, masked: bool = True) -> bytes:
    """One frame; the mask is zero, which is one as good as any."""
    length, mask = len(payload), 0x80 if masked else 0
    head = bytes([(0x80 if final else 0) | opcode])
    if length < 126:
        head += bytes([mask | length])
    elif length < 1 << 16:
        head += bytes([mask | 126]) + struct.pack("!H", length)
    else:
        head += bytes([mask | 127]) + struct.pack("!Q", length)
    return head + (b"\0\0\0\0" if masked else b"") + payload


class RawSocket:
    """An open socket: frames out as they are, frames in taken apart."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, *frames: bytes) -> None:
        for one in frames:
            self.writer.write(one)
            await self.writer.drain()

    async def frame(self) -> tuple[int, bytes]:
        """The next frame's opcode and payload. Raises IncompleteReadError, ConnectionError at the end."""
        first, second = await self.reader.readexactly(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", await self.reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", await self.reader.readexactly(8))
        return first & 0x0F, await self.reader.readexactly(length)

    async def closed(self) -> int:
        """The code it is closed with, whatever comes before."""
        async with asyncio.timeout(PATIENCE):
            while True:
                opcode, payload = await self.frame()
                if opcode == CLOSE:
                    return int.from_bytes(payload[:2])


@asynccontextmanager
async def raw_socket(port: int, headers: str, path: str = "/ws/v1/") -> AsyncIterator[RawSocket]:
    """An accepted socket; ``headers`` end with CRLF each."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(HANDSHAKE.format(path=path, port=port, headers=headers).encode("latin1"))
        head = await reader.readuntil(b"\r\n\r\n")
        assert b" 101 " in head, head
        yield RawSocket(reader, writer)
    finally:
        writer.transport.abort()
