"""A socket as our server carries it: Daphne's, bounded in both directions."""

import asyncio
from typing import Any

from daphne.ws_protocol import WebSocketProtocol

#: Bytes written to a socket and not taken by its client; past it the server cuts it.
MAX_UNSENT = 8 << 20
#: Frames of one socket that wait for the application; past it that socket is not read.
MAX_WAITING = 64
#: Seconds until it is looked whether it may be read again.
READ_AGAIN = 0.05


class Wire(WebSocketProtocol):  # type: ignore[misc]
    """Daphne's socket, able to close with the registered codes of a server: 1011, 1012, 1013.

    Where the application is behind, nothing more is read: what its client sends waits with the client.
    """

    paused = False

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:
        if hasattr(self, "server"):  # a handshake refused early never met its server
            super().onClose(wasClean, code, reason)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        super().onMessage(payload, isBinary)
        if not self.paused and self.application_queue.qsize() >= MAX_WAITING:
            self.paused = True
            self.transport.pauseProducing()
            self._read_later()

    def _read_later(self) -> None:
        asyncio.get_event_loop().call_later(READ_AGAIN, self._read_again)

    def _read_again(self) -> None:
        """Read on once half of what waited is done, or nobody is left to do it."""
        if self.application_queue.qsize() > MAX_WAITING // 2 and self.server.is_served(self):
            self._read_later()
            return
        self.paused = False
        if self.transport is not None:
            self.transport.resumeProducing()

    def serverClose(self, code: int | None = None) -> None:
        # Autobahn's sendClose takes 1000 and 3000–4999 only, the codes of a client.
        self.sendCloseFrame(code=1000 if code is None else code)


def unsent(transport: Any) -> int:
    """Bytes Twisted keeps for a client that has not taken them."""
    if transport is None:
        return 0
    return len(transport.dataBuffer) - transport.offset + transport._tempDataLen
