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
#: Events that may follow such a snapshot.
FEW = 8
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

    def __init__(
        self,
        topic: Topic,
        filter: Filter,
        source: Source,
        *,
        new_epoch: Callable[[], str],
        on_gap: Callable[[list[Subscription]], None],
    ) -> None:
        self.topic, self.filter, self.source = topic, filter, source
        self._new_epoch = new_epoch
        #: Hears which subscriptions can only go on after a reset.
        self._on_gap = on_gap
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

    async def tell(self, events: list[Data]) -> None:
        """Publish these events to everybody here."""
        for event in events:
            self.stream.publish(frames.encode(event), datetime.now(UTC))
        for turn, subscription in enumerate(list(self.subscriptions) if events else ()):
            await self.pump(subscription)
            if turn % TURN == TURN - 1:
                await asyncio.sleep(0)

    async def pump(self, subscription: Subscription) -> None:
        """Send a subscription what it has not been sent."""
        if not await subscription.pump(asyncio.get_running_loop().time()):
            self._on_gap([subscription])

    async def open(self, subscription: Subscription, kind: str, first: frames.Message | None = None) -> None:
        """Give a snapshot (``kind`` is ``snapshot`` or ``reset``), then what happened since it was read.

        ``first`` is sent right before it. Who leaves while it is read gets nothing: their client may be told
        of this topic under another filter by then. Raises NotFound, and what the reading raises.
        """
        snapshot = await self._fresh_snapshot()
        if subscription not in self.subscriptions:
            return
        message = frames.told(
            kind, self.stream.topic, snapshot.epoch, snapshot.seq, datetime.now(UTC), snapshot.data
        )
        subscription.begin(snapshot.seq)
        if first:
            await subscription.reader.send(first)
        await subscription.reader.send(message)
        await self.pump(subscription)

    def renew(self) -> None:
        """Begin a new epoch: everybody needs a reset."""
        self.stream.renew(self._new_epoch())
        self.source.forget()
        self._snapshot = None
        for subscription in self.subscriptions:
            subscription.pause()
        self._on_gap(list(self.subscriptions))

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────

    async def refresh(self) -> None:
        """Read again, beginning after this call, and tell what is new. Raises what the reading raises."""
        if self._reading:
            await asyncio.wait([self._reading])
        await self._read_once()

    async def _fresh_snapshot(self) -> Snapshot:
        """A snapshot read just now, or not older than FRESH and with no more than a few events since."""
        snapshot, now = self._snapshot, asyncio.get_running_loop().time()
        if snapshot and now - snapshot.at <= FRESH:
            since = self.stream.after(snapshot.seq)
            if since is not None and len(since) <= FEW:
                return snapshot
        while True:
            await self._read_once()
            if self._snapshot is not None:  # a new epoch takes it away again
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
        assert seq is not None
        assert epoch is not None
        news = self.source.news(data)
        if self._snapshot is None:
            news = []  # nobody has been told anything these could add to
        quiet = self.stream.seq == seq  # nothing was told meanwhile: with this news told, the data is of then
        at = asyncio.get_running_loop().time()
        self._snapshot = Snapshot(epoch, seq + len(news) * quiet, frames.encode(data), at)
        await self.tell(news)


def subscribe(watch: Watch, reader: Reader) -> Subscription:
    """Put this reader into the watch, in place of what it had of the topic; it is not live yet."""
    subscription = Subscription(reader, watch.stream)
    watch.subscriptions.add(subscription)
    reader.subscriptions[str(watch.topic)] = subscription
    watch.idle_since = None
    return subscription
