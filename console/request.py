"""A request as our server carries it: Daphne's, bounded, and without what only a proxy may say."""

import logging
import time
from collections.abc import Iterable
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest
from twisted.web import http

from console.size import MAX_BODY

log = logging.getLogger(__name__)

#: Bytes of a body that are kept; one more than is served, so that the application sees that it is too large.
MAX_KEPT = MAX_BODY + 1
#: Bytes of a body that are read at all. Up to there its sender is answered in words, past it cut off.
MAX_READ = 16 << 20
#: Digits of a length. Python reads no number of more than 4,300, and Twisted lets the error through.
MAX_DIGITS = 15
#: Seconds a connection may be silent, and a request may take from its first byte to its last: who sends one
#: byte now and then would hold a place for ever. A mebibyte in that time is 17 KiB a second.
PATIENCE = 60.0
#: Seconds in which what somebody still sends is read and forgotten once they are refused, and bytes of it:
#: closed with something unread, a connection takes the answer on its way with it.
LINGER, MAX_FORGOTTEN = 2.0, 1 << 20

#: Bytes of a request's line, or of a header; of all of them together; and how many headers.
MAX_LINE = http.HTTPChannel.MAX_LENGTH
MAX_HEAD, MAX_HEADERS = http.HTTPChannel.totalHeadersSize, http.HTTPChannel.maxHeaders

#: What is answered before there is a request anybody could serve: a sentence for whoever wrote the client.
REFUSALS = {
    HTTPStatus.BAD_REQUEST: "This is no HTTP request that can be read.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: f"A body may have {MAX_BODY:,} bytes at most.",
    HTTPStatus.REQUEST_URI_TOO_LONG: f"A request's line may have {MAX_LINE:,} bytes at most.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        f"A request may have {MAX_HEADERS} headers at most, with its line {MAX_HEAD:,} bytes."
    ),
}


class Request(WebRequest):  # type: ignore[misc]
    """Daphne's request. The whole body comes before the application does: here it is counted, not kept."""

    received = 0
    refused = False

    def gotLength(self, length: int | None) -> None:
        super().gotLength(length)
        self._bound(length or 0)

    def handleContentChunk(self, data: bytes) -> None:
        room = MAX_KEPT - self.received
        self.received += len(data)
        if room > 0:
            super().handleContentChunk(data[:room])
        self._bound(self.received)

    def process(self) -> Any:
        """Hand it to the application, its headers made true."""
        if self.refused:
            return None
        headers = self.requestHeaders
        headers.removeHeader(b"Daphne-Root-Path")  # Daphne believes it from anybody
        if self.received:
            headers.setRawHeaders(b"Content-Length", [b"%d" % self.received])
            headers.removeHeader(b"Transfer-Encoding")
        return super().process()

    def handle_reply(self, message: dict[str, Any]) -> None:
        """Daphne writes past Twisted's rule for HEAD: all after an answer's first part went out as a body."""
        if message["type"] == "http.response.start":
            message = {**message, "headers": dated(message.get("headers", ()))}
        if self.method == b"HEAD" and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        super().handle_reply(message)

    def _bound(self, length: int) -> None:
        if length > MAX_READ and not self.refused and self.channel is not None:
            self.refused = True
            log.warning("A body of more than %d bytes; cut", MAX_READ)
            self.requestHeaders.removeHeader(b"Expect")  # it has its answer
            self.channel.transport.write(refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE))
            self.channel.loseConnection()


def dated(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """These headers with the Date that every answer must have (RFC 9110, 6.6.1), if they have none."""
    with_date = list(headers)
    if not any(name.lower() == b"date" for name, _value in with_date):
        with_date.append((b"Date", date_now()))
    return with_date


def date_now() -> bytes:
    """``Mon, 30 Nov 2026 07:00:00 GMT``, written once a second."""
    return _date(int(time.time()))


@lru_cache(maxsize=1)
def _date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode()


def refusal(status: HTTPStatus) -> bytes:
    """A whole answer of this status, the last on its connection."""
    said = f"{REFUSALS[status]}\n".encode()
    return (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nDate: {date_now().decode()}\r\nConnection: close\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {len(said)}\r\n\r\n"
    ).encode() + said


class Channel(http.HTTPChannel):  # type: ignore[misc]
    """Twisted's connection, which answers a length nobody can read instead of failing on it, and a line that
    is too long instead of cutting it, and waits for a request as long as for its first byte.
    """

    _buffer: bytes
    _receivedHeaderSize: int
    _receivedHeaderCount: int
    #: Bytes that still came from somebody who was refused; None: nobody was.
    forgotten: int | None = None

    def dataReceived(self, data: bytes) -> None:
        if self.forgotten is None:
            super().dataReceived(data)
            return
        self.forgotten += len(data)
        if self.forgotten > MAX_FORGOTTEN:
            self.loseConnection()

    def lineLengthExceeded(self, line: bytes) -> None:
        at_headers = hasattr(self, "_command")  # it is kept from a request's line to its end
        self._refuse(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE if at_headers else HTTPStatus.REQUEST_URI_TOO_LONG
        )

    def _respondToBadRequestAndDisconnect(self) -> None:
        too_many = (
            self._receivedHeaderSize > self.totalHeadersSize or self._receivedHeaderCount > self.maxHeaders
        )
        self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE if too_many else HTTPStatus.BAD_REQUEST)

    def _refuse(self, status: HTTPStatus) -> None:
        """Answer, say nothing more, and let them go: when they close, when LINGER is over, or when they send
        on and on.
        """
        if self.forgotten is not None:
            return
        self.forgotten, self._buffer = 0, b""
        self.setTimeout(LINGER)
        self.transport.write(refusal(status))
        self._networkProducer.unregisterProducer()
        self.transport.loseWriteConnection()

    def resetTimeout(self) -> None:
        if not self._receivedHeaderSize and not self._buffer:  # else a request has begun to come
            super().resetTimeout()

    def headerReceived(self, line: bytes) -> bool:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and len(value.strip()) > MAX_DIGITS:
            self._respondToBadRequestAndDisconnect()
            return False
        return bool(super().headerReceived(line))


class Factory(HTTPFactory):  # type: ignore[misc]
    """Makes one Channel a connection, and a Request for each request on it."""

    def buildProtocol(self, addr: Any) -> Any:
        channel = super().buildProtocol(addr)
        channel.requestFactory = Request
        channel.timeOut = PATIENCE
        return channel

    @staticmethod
    def protocol() -> Any:
        return Channel()
