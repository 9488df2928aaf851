"""A watch: one topic under one filter, as long as somebody watches it, and a little longer."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from console.live import frames
from console.live.filters import Filter
from console.live.reader import Reader, Subscription
from console.live.sources import Data, Source
from console.live.stream import Stream
from console.live.topics import Topic

log = logging.getLogger(__name__)

#: Seconds a reading may take.
READ_TIMEOUT = 10.0
#: Seconds a snapshot serves those who come after it; events since then come out of the ring.
FRESH = 1.0
#: Sockets served before the loop gets a turn.
TURN = 250


class NotFound(Exception):
    """There is no such row."""


class Snapshot(NamedTuple):
    """Data as of the stream's frame ``seq``, as JSON, and when it was read (loop time)."""

    epoch: str
    seq: int
    data: bytes
    at: float


class Watch:
    """A stream, where its data comes from, and who is subscribed to it."""

    def __init__(self, topic: Topic, filter: Filter, source: Source, new_epoch: Callable[[], str]) -> None:
        self.topic, self.filter, self.source = topic, filter, source
        self._new_epoch = new_epoch
        self.stream = Stream(str(topic), new_epoch())
        self.subscriptions: set[Subscription] = set()
        #: Since when nobody watches (loop time).
        self.idle_since: float | None = None
        self._snapshot: Snapshot | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def opened(self) -> bool:
        """Whether anything was ever read here."""
        return self._snapshot is not None

    # ── telling ──────────────────────────────────────────────────────────────────────────────────────────

    async def tell(self, events: list[Data]) -> list[Subscription]:
        """Publish these events to everybody here; returns who has a gap and needs a reset."""
        for event in events:
            self.stream.publish(frames.encode(event), datetime.now(UTC))
        lost = []
        now = asyncio.get_running_loop().time()
        for turn, subscription in enumerate(list(self.subscriptions) if events else ()):
            if not await subscription.pump(now):
                lost.append(subscription)
            if turn % TURN == TURN - 1:
                await asyncio.sleep(0)
        return lost

    async def open(self, subscription: Subscription, kind: str, first: frames.Message | None = None) -> bool:
        """Give a snapshot (``kind`` is ``snapshot`` or ``reset``), then what happened since it was read.

        ``first`` is sent right before it. False where a gap opened meanwhile: it needs a reset (again).
        Raises NotFound, and what the reading raises.
        """
        snapshot = await self._fresh_snapshot()
        message = frames.told(
            kind, self.stream.topic, snapshot.epoch, snapshot.seq, datetime.now(UTC), snapshot.data
        )
        subscription.begin(snapshot.seq)
        if first:
            await subscription.reader.send(first)
        await subscription.reader.send(message)
        return await subscription.pump(asyncio.get_running_loop().time())

    def renew(self) -> list[Subscription]:
        """Begin a new epoch; returns the subscriptions, all of which need a reset."""
        self.stream.renew(self._new_epoch())
        self.source.forget()
        self._snapshot = None
        for subscription in self.subscriptions:
            subscription.pause()
        return list(self.subscriptions)

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────

    async def refresh(self) -> None:
        """Read again, beginning after this call, and tell what is new. Raises what the reading raises."""
        if self._reading:
            await asyncio.wait([self._reading])
        await self._read_once()

    async def _fresh_snapshot(self) -> Snapshot:
        """A snapshot not older than FRESH from which the ring leads on to now."""
        for _ in range(3):
            snapshot, now = self._snapshot, asyncio.get_running_loop().time()
            if snapshot and now - snapshot.at <= FRESH and self.stream.after(snapshot.seq) is not None:
                return snapshot
            await self._read_once()
        assert self._snapshot is not None
        return self._snapshot

    async def _read_once(self) -> None:
        """One reading for all who want one at the same time."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._read(), name=f"read {self.topic}")
            self._reading.add_done_callback(self._read_done)
        await asyncio.shield(self._reading)

    def _read_done(self, task: asyncio.Task[None]) -> None:
        self._reading = None
        if not task.cancelled():
            task.exception()  # whoever waits for it hears it; with nobody there it is not news

    async def _read(self) -> None:
        epoch = seq = None
        async with asyncio.timeout(READ_TIMEOUT):
            while (
                epoch != self.stream.epoch
            ):  # a new epoch in the meantime: what was read may be older than it
                epoch, seq = self.stream.epoch, self.stream.seq
                data = await self.source.read()
        if data is None:
            raise NotFound(str(self.topic))
        first = self._snapshot is None
        news = self.source.news(data)
        assert seq is not None
        assert epoch is not None
        self._snapshot = Snapshot(epoch, seq, frames.encode(data), asyncio.get_running_loop().time())
        if not first:  # before the first snapshot nobody has anything to add to
            await self.tell(news)


def subscribe(watch: Watch, reader: Reader) -> Subscription:
    """Put this reader into the watch, in place of what it had of the topic; it is not live yet."""
    subscription = Subscription(reader, watch.stream)
    watch.subscriptions.add(subscription)
    reader.subscriptions[str(watch.topic)] = subscription
    watch.idle_since = None
    return subscription
