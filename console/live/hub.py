"""The hub: hears what changed, reads it once, and tells everybody who watches it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from console.live import frames
from console.live.filters import WITHOUT_JOBS, Filter
from console.live.loop import Loop
from console.live.reader import Reader, Subscription
from console.live.series import Series
from console.live.sources import AccountsSource, DashboardSource, Data, DetailSource, ListSource, Source
from console.live.stream import Stream
from console.live.topics import ID_OF, Topic
from console.live.versions import Row
from console.live.watch import NotFound, Watch, subscribe
from jobs import db
from jobs.away import LOST
from jobs.changes import Change
from jobs.store import job_rows
from orders.store import account_rows, order_rows

log = logging.getLogger(__name__)

#: Seconds at least between two readings of changed rows: the first is read at once, what follows is gathered.
GATHER = 0.01
#: Changed rows remembered until they are read; past it everybody starts over.
MAX_CHANGED = 20_000
#: Rows read in one statement.
READ = 2_000
#: How the rows of each list are read.
READ_ROWS: Mapping[str, Callable[[db.Connection, Sequence[str]], Awaitable[list[dict[str, Any]]]]] = {
    "orders": order_rows,
    "jobs": job_rows,
    "accounts": account_rows,
}
#: Seconds a watch nobody watches is kept for those who come back, and how many of them are kept at most.
LINGER = 60.0
KEPT = 500
#: Details read side by side: the pool is there for others, too.
DETAILS_AT_ONCE = 4
#: Seconds until it is looked whether anything was missed, when nothing wakes it.
IDLE = 60.0


def new_epoch() -> str:
    return uuid4().hex[:12]


class Hub:
    """All watches of this process. ``hear`` and ``renew`` are called on the loop and never block."""

    def __init__(self) -> None:
        self.watches: dict[tuple[Topic, Filter], Watch] = {}
        self._of: dict[Stream, Watch] = {}
        #: Those nobody watches, the longest left first.
        self._left: dict[Watch, None] = {}
        self.series = Series()
        self.teller = Loop("live.teller", self._tell_changed)
        self.resetter = Loop("live.resetter", self._reset_all)
        self._changed: dict[str, set[str]] = {kind: set() for kind in ID_OF}
        self._resets: set[Subscription] = set()
        #: When what changed was last told to everybody (loop time), and for how long more is gathered since.
        self._told, self._pause = float("-inf"), GATHER

    async def start(self) -> None:
        await self.teller.start()
        await self.resetter.start()

    async def stop(self) -> None:
        """Safe twice and before the start."""
        await self.teller.stop()
        await self.resetter.stop()

    # ── hearing ──────────────────────────────────────────────────────────────────────────────────────────

    def hear(self, changes: Sequence[Change]) -> None:
        """Rows have changed; they are read soon, if anybody watches."""
        for change in changes:
            if change.kind in self._changed and self.watches and _is_id(change):
                self._changed[change.kind].add(change.id)
        if sum(map(len, self._changed.values())) > MAX_CHANGED:
            log.warning("More than %d rows changed unread; everybody starts over", MAX_CHANGED)
            self.renew()
        self.teller.wake()

    def renew(self) -> None:
        """A gap: something may not have been heard. Every watch begins a new epoch."""
        for ids in self._changed.values():
            ids.clear()
        for watch in self.watches.values():
            watch.renew()

    # ── watching ─────────────────────────────────────────────────────────────────────────────────────────

    async def subscribe(
        self,
        reader: Reader,
        topic: Topic,
        filter: Filter,
        since: tuple[str, int] | None,
        ack: Callable[[bool], frames.Message],
    ) -> None:
        """Put the reader into the watch of this topic and filter, and send what it needs to go on.

        ``since`` is the epoch and number it saw last; where they lead on to now, it gets the events missed,
        else a snapshot. ``ack(resumed)`` goes out first. Raises NotFound, and what reading raises.
        """
        self.unsubscribe(reader, str(topic))
        watch = self.watches.get((topic, filter)) or self._open(topic, filter)
        self._left.pop(watch, None)
        subscription = subscribe(watch, reader)
        try:
            if since and since[0] == watch.stream.epoch and watch.stream.after(since[1]) is not None:
                subscription.begin(since[1])
                await reader.send(ack(True))
                await watch.pump(subscription)
            else:
                await watch.open(subscription, "snapshot", ack(False))
        except BaseException:
            self.unsubscribe(reader, str(topic))
            raise

    def unsubscribe(self, reader: Reader, topic: str) -> bool:
        """Tell the reader no more about this topic; whether it was told before."""
        subscription = reader.leave(topic)
        if subscription is None:
            return False
        subscription.end()
        self._resets.discard(subscription)
        watch = self._of[subscription.stream]
        watch.subscriptions.discard(subscription)
        if not watch.subscriptions:
            watch.idle_since = _now()
            self._left[watch] = None
            if not watch.opened:
                self._forget(watch)
            elif len(self._left) > KEPT:
                self._forget(next(iter(self._left)))
        self.reset_later(reader.caught_up())
        return True

    def leave(self, reader: Reader) -> None:
        """The socket is gone."""
        for topic in list(reader.subscriptions):
            self.unsubscribe(reader, topic)

    def sweep(self) -> None:
        """Forget watches nobody has come back to."""
        for watch in list(self._left):
            if watch.idle_since is not None and _now() - watch.idle_since > LINGER:
                self._forget(watch)

    def _open(self, topic: Topic, filter: Filter) -> Watch:
        source: Source
        if topic.kind in ("orders", "jobs"):
            source = ListSource(topic.kind, filter)
        elif topic.kind == "accounts":
            source = AccountsSource()
        elif topic.id:
            source = DetailSource(topic, jobs=filter != WITHOUT_JOBS)
        else:
            source = DashboardSource(self.series)
        watch = self.watches[topic, filter] = Watch(
            topic, filter, source, new_epoch=new_epoch, on_gap=self.reset_later
        )
        self._of[watch.stream] = watch
        return watch

    def _forget(self, watch: Watch) -> None:
        del self.watches[watch.topic, watch.filter]
        del self._of[watch.stream]
        self._left.pop(watch, None)

    # ── telling ──────────────────────────────────────────────────────────────────────────────────────────

    async def tell(self, watch: Watch, events: list[Data]) -> None:
        """Tell a watch's readers; one watch's mistake is not the others'."""
        try:
            await watch.tell(events)
        except Exception:
            log.exception("What changed could not be told to %s", watch.topic)

    async def refresh(self, watches: Iterable[Watch]) -> None:
        """Read these watches again and tell what is new. A row that is gone is left as it was."""
        limit = asyncio.Semaphore(DETAILS_AT_ONCE)

        async def one(watch: Watch) -> None:
            async with limit:
                try:
                    await watch.refresh()
                except NotFound:
                    pass
                except LOST:
                    raise
                except Exception:
                    log.exception("%s could not be read", watch.topic)

        outcomes = await asyncio.gather(*map(one, watches), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    def reset_later(self, subscriptions: Iterable[Subscription]) -> None:
        """These get a reset snapshot as soon as one can be read, unless their client is behind."""
        self._resets.update(subscriptions)
        self.resetter.wake()

    async def _reset_all(self) -> float:
        while self._resets:
            subscription = self._resets.pop()
            watch = self._of.get(subscription.stream)
            if watch is None or subscription.reader.behind_since is not None:
                continue
            try:
                await watch.open(subscription, "reset")
            except LOST:
                self._resets.add(subscription)
                raise
            except NotFound:
                continue
            except Exception:
                log.exception("%s could not be reset", watch.topic)
        return IDLE

    async def _tell_changed(self) -> float:
        await asyncio.sleep(max(0.0, self._told + self._pause - _now()))
        changed, self._changed = self._changed, {kind: set() for kind in ID_OF}
        if not any(changed.values()):
            return IDLE
        began = _now()
        try:
            async with asyncio.timeout(10):
                rows = await self._read_changed(changed)
                read = _now()
                await self._tell_rows(rows, changed)
        except LOST:
            for kind, ids in changed.items():
                self._changed[kind] |= ids
            raise
        self._told = _now()
        # Reading takes the loop and the database from those who work; telling gives way between its turns.
        self._pause = min(max(GATHER, 2 * (read - began) + (self._told - read) / 2), 1.0)
        return IDLE

    async def _read_changed(self, changed: dict[str, set[str]]) -> dict[str, list[Row]]:
        """The changed rows somebody is told of, by the list they are in."""
        kinds = {topic.kind for topic, _ in self.watches}
        wanted = {
            "orders": changed["order"] if "orders" in kinds else (),
            "jobs": changed["job"] if kinds & {"jobs", "order"} else (),
            "accounts": changed["account"] if "accounts" in kinds else (),
        }
        found: dict[str, list[Row]] = {kind: [] for kind in wanted}
        if not any(wanted.values()):
            return found
        async with db.connection() as conn:
            for kind, ids in wanted.items():
                for portion in _portions(sorted(ids)):
                    found[kind] += await READ_ROWS[kind](conn, portion)
        return found

    async def _tell_rows(self, rows: dict[str, list[Row]], changed: dict[str, set[str]]) -> None:
        # An order's page shows its jobs, so it is read again when one of them has moved.
        touched = {(kind, id) for kind, ids in changed.items() for id in ids}
        touched |= {
            (kind, id) for kind, _, id in (str(row["subject"]).partition(":") for row in rows["jobs"])
        }
        for watch in list(self.watches.values()):
            if isinstance(watch.source, ListSource | AccountsSource) and rows[watch.topic.kind]:
                await self.tell(watch, watch.source.changed(rows[watch.topic.kind]))
        await self.refresh(
            watch for (topic, _), watch in self.watches.items() if (topic.kind, topic.id) in touched
        )


def _portions(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[at : at + READ] for at in range(0, len(ids), READ)]


def _now() -> float:
    return asyncio.get_running_loop().time()


def _is_id(change: Change) -> bool:
    try:
        ID_OF[change.kind](change.id)
    except ValueError:
        return False
    return True
