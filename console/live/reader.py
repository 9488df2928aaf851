"""Readers: how far each socket's client has got, and who gets nothing more for now.

The server under us gives no back-pressure, so the client itself says what it has seen.
"""

from collections.abc import Awaitable, Callable

from console.live.frames import Message
from console.live.stream import Stream

#: Frames a client may have unseen; the next one is not sent.
LIMIT = 64
#: A client that fell behind starts over once no more than this is unseen, so that it does not fall at once.
RESUME = LIMIT // 2
#: Topics remembered that a client has left.
LEFT = 64


class NotWatched(Exception):
    """The reader is told nothing about this topic."""


class Reader:
    """One socket as the hub sees it. ``unseen`` frames over all of its topics are sent and not yet seen."""

    def __init__(self, send: Callable[[Message], Awaitable[None]]) -> None:
        self.send = send
        self.unseen = 0
        #: When it fell behind (loop time); None while it keeps up.
        self.behind_since: float | None = None
        self.subscriptions: dict[str, Subscription] = {}
        #: Topics it left, the newest last: a client that says what it saw may not know yet that it left.
        self._left: dict[str, None] = {}

    def leave(self, topic: str) -> "Subscription | None":
        """It is told no more about this topic; what it had of it."""
        subscription = self.subscriptions.pop(topic, None)
        if subscription is not None:
            self._left.pop(topic, None)
            self._left[topic] = None
            if len(self._left) > LEFT:
                del self._left[next(iter(self._left))]
        return subscription

    def saw(self, topic: str, seq: int) -> "list[Subscription]":
        """Its client saw this topic up to here. Returns what is to be started over with a reset.

        Raises NotWatched where it was never told anything about it, or left it long ago.
        """
        if subscription := self.subscriptions.get(topic):
            subscription.saw(seq)
        elif topic not in self._left:
            raise NotWatched(topic)
        return self.caught_up()

    def caught_up(self) -> "list[Subscription]":
        """What is to be started over, if the client was behind and is no more."""
        if self.behind_since is None or self.unseen > RESUME:
            return []
        self.behind_since = None
        return [subscription for subscription in self.subscriptions.values() if not subscription.live]


class Subscription:
    """One reader's place in one stream: ``sent`` and ``seen`` are frame numbers of the stream.

    Until ``begin`` it is not live: frames pass it by, and the stream's ring is what it catches up from.
    """

    def __init__(self, reader: Reader, stream: Stream) -> None:
        self.reader = reader
        self.stream = stream
        self.sent = self.seen = 0
        self.live = False

    def begin(self, seq: int) -> None:
        """Go on after this number: it was given a snapshot of there, or had come that far before."""
        self.saw(self.sent)
        self.sent = self.seen = seq
        self.live = True

    def end(self) -> None:
        """What it has unseen counts no more."""
        self.saw(self.sent)
        self.live = False

    def pause(self) -> None:
        """Send nothing until the next ``begin``."""
        self.live = False

    def saw(self, seq: int) -> None:
        seen = min(max(seq, self.seen), self.sent)
        self.reader.unseen -= seen - self.seen
        self.seen = seen

    async def pump(self, now: float) -> bool:
        """Send what it has not been sent; False where the stream no longer has all of that.

        Nobody else may send to this subscription in between: numbers are consecutive because every frame
        goes through here.
        """
        if not self.live:
            return True
        missed = self.stream.after(self.sent)
        if missed is None:
            self.pause()
            return False
        for message in missed:
            if self.reader.unseen >= LIMIT:
                self.pause()
                if self.reader.behind_since is None:
                    self.reader.behind_since = now
                return True
            self.sent += 1
            self.reader.unseen += 1
            await self.reader.send(message)
        return True
