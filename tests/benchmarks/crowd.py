"""Many sockets in one thread, as light as they can be: they count frames, note when each came, and say seen.

Whoever is measured meets the same client, so that what it costs is the same on both sides.
"""

import selectors
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

#: After so many frames a page says what it has seen (console/static/js/topic.js).
SEEN_EVERY = 32
#: Seconds a handshake and what follows it may take.
PATIENCE = 20.0
READ = 256 << 10

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
EVENT = b'{"type":"event"'
SNAPSHOT = b'{"type":"snapshot"'

Heard = Callable[[bytes, float], None]


class Lost(Exception):
    """A socket was refused or closed from the other side."""


@dataclass(frozen=True)
class Door:
    """Where a crowd comes in, and the topic it subscribes to; without one it is told unasked."""

    port: int
    path: str
    headers: tuple[str, ...] = ()
    topic: str = ""


@dataclass
class Seat:
    """One socket: ``events`` heard, and how many frames its client has seen of the topic and not said so."""

    wire: socket.socket
    topic: str
    events: int = 0
    seq: int = 0
    unsaid: int = 0
    rest: bytearray = field(default_factory=bytearray)

    def send(self, opcode: int, payload: bytes) -> None:
        """A short frame, masked with zeros: the mask is there for proxies, and costs the client least so."""
        self.wire.sendall(bytes((0x80 | opcode, 0x80 | len(payload), 0, 0, 0, 0)) + payload)

    def take(self, data: bytes, at: float, heard: Heard | None) -> None:
        """Count the whole frames in what came."""
        rest = self.rest
        rest += data
        place, end = 0, len(rest)
        while end - place >= 2:
            length, head = rest[place + 1], 2
            if length == 126:
                length, head = int.from_bytes(rest[place + 2 : place + 4], "big"), 4
            elif length == 127:
                length, head = int.from_bytes(rest[place + 2 : place + 10], "big"), 10
            if end - place < head + length:
                break
            opcode, place = rest[place] & 15, place + head
            if opcode != TEXT:
                self._control(opcode, bytes(rest[place : place + length]))
            elif rest.startswith(EVENT, place):
                self.events += 1
                self.unsaid += 1
                if heard:
                    heard(bytes(rest[place : place + length]), at)
            elif rest.startswith(SNAPSHOT, place):
                self.seq = seq_of(bytes(rest[place : place + length]))
            place += length
        del rest[:place]
        if self.topic and self.unsaid >= SEEN_EVERY:
            self.unsaid = 0
            self.send(TEXT, b'{"type":"seen","topic":"%s","seq":%d}' % (self.topic.encode(), self.seen))

    @property
    def seen(self) -> int:
        return self.seq + self.events

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == PING:
            self.send(PONG, payload)
        elif opcode == CLOSE:
            raise Lost(f"closed with {int.from_bytes(payload[:2], 'big')}")


class Crowd:
    """Sockets that came in by one door. ``busy`` is the part of the last ``hear`` that was spent working."""

    def __init__(self, door: Door, heard: Heard | None = None) -> None:
        self.door, self.heard = door, heard
        self.seats: list[Seat] = []
        self.busy = 0.0
        self._selector = selectors.DefaultSelector()

    def __enter__(self) -> "Crowd":
        return self

    def __exit__(self, *exc: object) -> None:
        for seat in self.seats:
            with suppress(OSError):
                seat.send(CLOSE, b"\x03\xe8")
            seat.wire.close()
        self._selector.close()

    def grow(self, count: int) -> None:
        """Come in until there are so many, one after the other, each with its snapshot."""
        while len(self.seats) < count:
            seat = self._enter()
            self.seats.append(seat)
            self._selector.register(seat.wire, selectors.EVENT_READ, seat)
            if len(self.seats) % 50 == 0:
                self.hear(0.01)  # pings want an answer

    def hear(self, seconds: float, events: int | None = None) -> float:
        """Take what comes until every seat has heard so many events in all (None: for so many seconds).

        Returns when the last of them came. Raises TimeoutError where they do not come in that time.
        """
        began, worked = time.monotonic(), time.process_time()
        last, end = began, began + seconds
        waiting = {seat.wire for seat in self.seats if events is None or seat.events < events}
        while waiting:
            left = end - time.monotonic()
            if left <= 0:
                break
            for key, _ in self._selector.select(left):
                seat: Seat = key.data
                data = seat.wire.recv(READ)
                last = time.monotonic()
                if not data:
                    raise Lost("the server hung up")
                seat.take(data, last, self.heard)
                if events is not None and seat.events >= events:
                    waiting.discard(seat.wire)
        self.busy = (time.process_time() - worked) / (time.monotonic() - began)
        if events is not None and waiting:
            raise TimeoutError(
                f"{len(waiting)} of {len(self.seats)} sockets wait for events that do not come"
            )
        return last

    def _enter(self) -> Seat:
        door = self.door
        wire = socket.create_connection(("127.0.0.1", door.port), timeout=PATIENCE)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines = [
            f"GET {door.path} HTTP/1.1", f"Host: 127.0.0.1:{door.port}", "Upgrade: websocket",
            "Connection: Upgrade", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", *door.headers,
        ]  # fmt: skip
        wire.sendall("\r\n".join([*lines, "", ""]).encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            more = wire.recv(READ)
            if not more:
                break
            answer += more
        head, _, rest = answer.partition(b"\r\n\r\n")
        if b" 101 " not in head.partition(b"\r\n")[0]:
            raise Lost(f"refused: {head[:100]!r}")
        unsaid = len(self.seats) % SEEN_EVERY  # as pages do, which begin at random
        seat = Seat(wire, door.topic, seq=-1 if door.topic else 0, unsaid=unsaid)
        if door.topic:
            seat.send(TEXT, b'{"type":"subscribe","topic":"%s"}' % door.topic.encode())
        while seat.seq < 0:
            seat.take(rest or wire.recv(READ), time.monotonic(), None)
            rest = b""
        seat.take(rest, time.monotonic(), None)
        return seat


def seq_of(frame: bytes) -> int:
    """The number in a frame's envelope."""
    at = frame.index(b'"seq":') + 6
    return int(frame[at : frame.index(b",", at)])
