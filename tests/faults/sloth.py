"""A client on ``/ws/v1/`` that subscribes and then does not read, on a socket with a small receive buffer.

Written on a bare socket: every library reads ahead.
"""

import asyncio
import base64
import json
import os
import socket
import struct
from typing import Any
from urllib.parse import urlsplit

TEXT, CLOSE, PING = 0x1, 0x8, 0x9
#: Bytes the kernel may keep for it; the least Linux grants is somewhat more.
RECEIVE = 4096
PATIENCE = 30.0


class Sloth:
    """``frames`` are the JSON texts it has read so far; ``code`` is that of the close frame, once read."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.code: int | None = None
        #: The line was cut or ended without (or after) a close frame.
        self.ended = False
        self._buffer = b""

    async def open(self, url: str, token: str, topic: str) -> "Sloth":
        """Shake hands and subscribe, reading the one answer, byte by byte, and nothing more."""
        where = urlsplit(url)
        self._loop = asyncio.get_running_loop()
        self._sock = socket.socket()
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE)
        self._sock.setblocking(False)
        await self._loop.sock_connect(self._sock, (where.hostname, where.port))
        key = base64.b64encode(os.urandom(16)).decode()
        request = (
            f"GET /ws/v1/ HTTP/1.1\r\nHost: {where.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: headrace.v1\r\nAuthorization: Bearer {token}\r\n\r\n"
        )
        await self._loop.sock_sendall(self._sock, request.encode())
        head = b""
        async with asyncio.timeout(PATIENCE):
            while not head.endswith(b"\r\n\r\n"):
                head += await self._loop.sock_recv(self._sock, 1)
        assert head.startswith(b"HTTP/1.1 101"), head
        await self.say(type="subscribe", id="1", topic=topic)
        return self

    async def say(self, **command: Any) -> None:
        """Send a command. Its client may write although it does not read."""
        await self._send(TEXT, json.dumps(command).encode())

    async def read(self) -> bool:
        """Read one frame, whatever it is; False at the end of the line."""
        async with asyncio.timeout(PATIENCE):
            try:
                opcode, payload = await self._frame()
            except (ConnectionError, EOFError):
                self.ended = True
                return False
        if opcode == TEXT:
            self.frames.append(json.loads(payload))
        elif opcode == CLOSE:
            self.code = struct.unpack("!H", payload[:2])[0]
        elif opcode == PING:
            await self._send(0xA, payload)
        return True

    def close(self) -> None:
        self._sock.close()

    async def _send(self, opcode: int, payload: bytes) -> None:
        assert len(payload) < 126
        frame = bytes([0x80 | opcode, 0x80 | len(payload), 0, 0, 0, 0]) + payload  # a mask of zeros
        await self._loop.sock_sendall(self._sock, frame)

    async def _frame(self) -> tuple[int, bytes]:
        first, second = await self._exactly(2)
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", await self._exactly(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", await self._exactly(8))
        return first & 0x0F, await self._exactly(size)

    async def _exactly(self, size: int) -> bytes:
        while len(self._buffer) < size:
            data = await self._loop.sock_recv(self._sock, 65_536)
            if not data:
                raise EOFError
            self._buffer += data
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken
