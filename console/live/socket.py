"""``/ws/v1/``: one socket from its acceptance to its end, as a plain ASGI callable."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from console.live import filters, frames, topics
from console.live.doors import Receive
from console.live.frames import Message
from console.live.hub import Hub
from console.live.person import Credential, Person
from console.live.reader import NotWatched, Reader
from console.live.submits import Submits
from console.live.watch import NotFound
from jobs.away import LOST

log = logging.getLogger(__name__)

SUBPROTOCOL = "headrace.v1"
#: Subscriptions of one socket.
SUBSCRIPTIONS = 64
#: Commands carried out before the loop gets a turn: neither receiving nor sending waits while there is more.
TURN = 32

#: Close codes. 1xxx are the protocol's own.
RESTART, TOO_SLOW, FAILED = 1012, 1013, 1011
SIGNED_OUT, FORBIDDEN, WRONG_SUBPROTOCOL = 4401, 4403, 4406

Command = dict[str, Any]


class Refused(Exception):
    """The command is not carried out: a code for programs, and words."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Socket:
    """An accepted socket. ``person`` is renewed while it lives; ``close`` ends it from our side."""

    def __init__(
        self, hub: Hub, person: Person, credential: Credential, send: Callable[[Message], Any]
    ) -> None:
        self.person = person
        self.credential = credential
        self.reader = Reader(self.send)
        self._hub = hub
        self._send = send
        self._ended = asyncio.Event()
        self._submits = Submits(lambda: self.person, self.send)
        self._commands: dict[str, Callable[[Command], Awaitable[None]]] = {
            "subscribe": self._subscribe,
            "unsubscribe": self._unsubscribe,
            "seen": self._seen,
            "submit": self._submit,
            "ping": self._ping,
        }

    async def serve(self, receive: Receive) -> None:
        """Carry out commands until either side ends it."""
        reading = asyncio.create_task(self._read(receive), name="socket commands")
        reading.add_done_callback(lambda _: self._ended.set())
        try:
            await self._ended.wait()
        finally:
            self._ended.set()
            reading.cancel()
            await asyncio.wait([reading], timeout=5)
            await self._submits.stop()
            self._hub.leave(self.reader)
        if reading.done() and not reading.cancelled() and (failure := reading.exception()):
            log.error("A socket failed", exc_info=failure)
            await self._send({"type": "websocket.close", "code": FAILED})

    async def send(self, message: Message) -> None:
        """Send a frame; a socket that cannot be sent to is at its end."""
        if self._ended.is_set():
            return
        try:
            await self._send(message)
        except Exception:
            log.exception("A frame could not be sent")
            self._ended.set()

    async def close(self, code: int) -> None:
        """End it from our side. Safe twice."""
        await self.send({"type": "websocket.close", "code": code})
        self._ended.set()

    async def _read(self, receive: Receive) -> None:
        taken = 0
        while (message := await receive())["type"] == "websocket.receive":
            taken += 1
            if taken % TURN == 0:
                await asyncio.sleep(0)
            command_id = None
            try:
                command = frames.parse(message)
                command_id = command.get("id")
                await self._command(command)
            except frames.BadFrame as error:
                await self.send(frames.error(command_id, "bad_frame", str(error)))
            except Refused as refused:
                await self.send(frames.error(command_id, refused.code, str(refused)))
            except LOST as error:
                log.warning("A command could not be carried out: %s", error or type(error))
                await self.send(
                    frames.error(command_id, "unavailable", "not now; try again", retry_after=1.0)
                )

    async def _command(self, command: Command) -> None:
        kind = command.get("type")
        handler = self._commands.get(kind) if isinstance(kind, str) else None
        if handler is None:
            said = f"no command {kind[:100]!r}" if isinstance(kind, str) else "no command without a type"
            raise Refused("unknown_type", f"there is {said}")
        await handler(command)

    # ── commands ─────────────────────────────────────────────────────────────────────────────────────────

    async def _subscribe(self, command: Command) -> None:
        topic = _topic(command)
        self._require(*topic.permissions)
        try:
            filter = filters.parse(topic, command.get("filter"))
        except filters.BadFilter as error:
            raise Refused("bad_filter", str(error)) from error
        if topic.kind == "order" and not self.person.may(*topics.JOBS):
            filter = filters.WITHOUT_JOBS
        subscribed = self.reader.subscriptions
        if str(topic) not in subscribed and len(subscribed) >= SUBSCRIPTIONS:
            raise Refused("too_many", f"{SUBSCRIPTIONS} subscriptions at most")

        def ack(resumed: bool) -> Message:
            return frames.ack(command.get("id"), topic=str(topic), resumed=resumed)

        try:
            await self._hub.subscribe(self.reader, topic, filter, _since(command.get("since")), ack)
        except NotFound as error:
            raise Refused("not_found", f"there is no {topic}") from error

    async def _unsubscribe(self, command: Command) -> None:
        self._hub.unsubscribe(self.reader, str(_topic(command)))
        await self.send(frames.ack(command.get("id")))

    async def _seen(self, command: Command) -> None:
        topic, seq = _topic(command), command.get("seq")
        if type(seq) is not int:
            raise Refused("bad_frame", "seq is a whole number")
        try:
            self._hub.reset_later(self.reader.saw(str(topic), seq))
        except NotWatched as error:
            raise Refused("not_subscribed", f"this socket is not subscribed to {topic}") from error

    async def _submit(self, command: Command) -> None:
        self._require("orders.add_order")
        await self._submits.take(command)

    async def _ping(self, command: Command) -> None:
        await self.send(frames.ack(command.get("id")))

    def _require(self, *permissions: str) -> None:
        if not self.person.may(*permissions):
            raise Refused("forbidden", "your role does not allow this")


def _topic(command: Command) -> topics.Topic:
    try:
        return topics.parse(command.get("topic"))
    except topics.UnknownTopic as error:
        raise Refused("unknown_topic", str(error)) from error


def _since(raw: object) -> tuple[str, int] | None:
    """The epoch and number a client saw last; anything else is as good as nothing."""
    if isinstance(raw, dict) and isinstance(raw.get("epoch"), str) and type(raw.get("seq")) is int:
        return raw["epoch"], raw["seq"]
    return None
