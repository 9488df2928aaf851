"""A socket as our server carries it: Daphne's, bounded in both directions."""

import asyncio
from functools import lru_cache
from typing import Any

from autobahn.exception import Disconnected
from autobahn.websocket.types import ConnectionDeny
from daphne.ws_protocol import WebSocketProtocol

from console.request import date_now

#: Bytes written to a socket and not taken by its client; past it the server cuts it.
MAX_UNSENT = 8 << 20
#: Frames of one socket that wait for the application, and bytes of answers that wait for its client; past
#: either that socket is not read.
MAX_WAITING, MAX_ANSWERS = 64, 256 << 10
#: Bytes read at once. A frame can be six bytes short, and nobody else has a turn until all that came is taken
#: apart: Twisted's 64 KiB of such are half a second.
READ = 8 << 10
#: Parts one message may come in; an empty part costs its sender two bytes and us a place in a list.
MAX_PARTS = 4096
#: The close codes for a message that is too large, and for "come back in a moment".
TOO_BIG, TRY_AGAIN = 1009, 1013
#: Opcodes of frames with a message.
TEXT, BINARY = 1, 2
#: Seconds until it is looked whether it may be read again.
READ_AGAIN = 0.005
#: Frames kept as they go over the wire, and characters of one that is kept: what goes to everybody goes to
#: one after the other.
FRAMES, MAX_FRAME = 64, 32 << 10
#: Bytes of frames that wait for the loop's next turn.
TOGETHER = 64 << 10


class Wire(WebSocketProtocol):  # type: ignore[misc]
    """Daphne's socket, able to close with the registered codes of a server: 1011, 1012, 1013.

    Where the application is behind, or the client with its answers, nothing more is read: what the client
    sends waits with the client.
    """

    paused = False
    #: Parts of the message that is coming in.
    parts = 0
    failedByMe: bool
    #: Frames that wait for the loop's next turn, and their bytes.
    waiting: list[bytes] | None = None
    waiting_bytes = 0

    # Daphne's say the same in Python, three times a frame.
    __hash__ = object.__hash__
    __eq__ = object.__eq__

    def onConnect(self, request: Any) -> Any:
        # Names of subprotocols are ASCII (RFC 6455, 4.1), and Daphne's fails on any other.
        if not request.headers.get("sec-websocket-protocol", "").isascii():
            raise ConnectionDeny(ConnectionDeny.BAD_REQUEST, "a subprotocol's name is ASCII")
        request.headers.pop("daphne-root-path", None)  # Daphne believes it from anybody
        return super().onConnect(request)

    def sendHttpErrorResponse(self, code: int, reason: str, headers: Any = None) -> None:
        """A handshake refused: dated, as every answer."""
        super().sendHttpErrorResponse(code, reason, [*(headers or ()), ("Date", date_now().decode())])

    def onOpen(self) -> None:
        self.transport.bufferSize = READ
        self.transport.unregisterProducer()  # the HTTP request it began as, which would live as long as this
        super().onOpen()

    def onPing(self, payload: bytes) -> None:
        """Answer, but not somebody who reads no answers: nothing else bounds what waits for them."""
        super().onPing(payload)
        if unsent(self.transport) > MAX_UNSENT:
            self.dropConnection(abort=True)

    def onMessageBegin(self, isBinary: bool) -> None:
        self.parts = 0
        super().onMessageBegin(isBinary)

    def onMessageFrameBegin(self, length: int) -> None:
        self.parts += 1
        if self.parts > MAX_PARTS and not self.failedByMe:
            self.failedByMe = True
            self.sendCloseFrame(code=TOO_BIG)
        super().onMessageFrameBegin(length)

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:
        if hasattr(self, "server"):  # a handshake refused early never met its server
            super().onClose(wasClean, code, reason)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        super().onMessage(payload, isBinary)
        if not self.paused and self._is_behind(MAX_WAITING, MAX_ANSWERS):
            self.paused = True
            self.transport.pauseProducing()
            self._read_later()

    def _read_later(self) -> None:
        asyncio.get_event_loop().call_later(READ_AGAIN, self._read_again)

    def _read_again(self) -> None:
        """Read on once half of what waited is done, or nobody is left to do it."""
        if self._is_behind(MAX_WAITING // 2 + 1, MAX_ANSWERS // 2) and self.server.is_served(self):
            self._read_later()
            return
        self.paused = False
        if self.transport is not None:
            self.transport.resumeProducing()

    def _is_behind(self, waiting: int, answers: int) -> bool:
        return self.application_queue.qsize() >= waiting or unsent(self.transport) >= answers

    def serverSend(self, content: str | bytes, binary: bool = False) -> None:
        """Send a message in one frame, together with what follows it before the loop's next turn.

        Autobahn makes each socket a frame of its own, and Twisted asks the kernel about each write twice: to
        say when it may, and to say so no more.
        """
        if self.state != self.STATE_OPEN:
            raise Disconnected("what is closed cannot be sent to")
        if isinstance(content, str) and len(content) <= MAX_FRAME:
            frame = text_frame(content)
        else:
            payload = content if isinstance(content, bytes) else content.encode()
            frame = framed(payload, BINARY if binary else TEXT)
        if self.waiting is None:
            self.waiting = []
            self.server.flush_soon(self)
        self.waiting.append(frame)
        self.waiting_bytes += len(frame)
        if self.waiting_bytes > TOGETHER:
            self.flush()

    def flush(self) -> None:
        """Write what waits, as much of it as goes at once; Twisted keeps the rest."""
        if self.waiting is None:
            return
        waiting, self.waiting, self.waiting_bytes = self.waiting, None, 0
        data = waiting[0] if len(waiting) == 1 else b"".join(waiting)
        transport = self.transport
        if transport is None or not transport.connected:
            return
        if not unsent(transport):
            try:
                written = transport.socket.send(data)
            except OSError:  # it takes nothing now, or it is lost, which Twisted finds out with its own write
                written = 0
            if written == len(data):
                return
            data = data[written:]
        transport.write(data)

    def sendData(self, *args: Any, **more: Any) -> None:
        """Pings, pongs and closes: behind what was sent before."""
        self.flush()
        super().sendData(*args, **more)

    def handle_reply(self, message: dict[str, Any]) -> None:
        """As Daphne's; a handshake the application ends with TRY_AGAIN is answered with 503, not 403."""
        if message["type"] == "websocket.send" and message.get("text") and self.state == self.STATE_OPEN:
            self.serverSend(message["text"])
            return
        if message.get("code") != TRY_AGAIN or not hasattr(self, "handshake_deferred"):
            super().handle_reply(message)
            return
        handshake = self.handshake_deferred
        del self.handshake_deferred
        handshake.errback(ConnectionDeny(503, "come back in a moment"))
        self.server.protocol_disconnected(self)

    def serverClose(self, code: int | None = None) -> None:
        # Autobahn's sendClose takes 1000 and 3000–4999 only, the codes of a client.
        self.sendCloseFrame(code=1000 if code is None else code)


def framed(payload: bytes, opcode: int) -> bytes:
    """A whole message as a server's frame (RFC 6455, 5.2): final, not masked, not compressed."""
    length = len(payload)
    if length < 126:
        head = bytes((0x80 | opcode, length))
    elif length < 1 << 16:
        head = bytes((0x80 | opcode, 126)) + length.to_bytes(2, "big")
    else:
        head = bytes((0x80 | opcode, 127)) + length.to_bytes(8, "big")
    return head + payload


@lru_cache(maxsize=FRAMES)
def text_frame(text: str) -> bytes:
    """The same for a text; what goes to everybody is framed once."""
    return framed(text.encode(), TEXT)


def unsent(transport: Any) -> int:
    """Bytes Twisted keeps for a client that has not taken them."""
    if transport is None:
        return 0
    return len(transport.dataBuffer) - transport.offset + transport._tempDataLen
