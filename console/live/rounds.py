"""Rounds: what the live side does by the clock."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from console.live.filters import EVERYTHING
from console.live.hub import Hub
from console.live.loop import Loop
from console.live.sampler import LOOKING, Sampler
from console.live.sockets import Sockets
from console.live.sources import DetailSource, ListSource
from console.live.topics import ID_OF, Topic
from console.live.watch import Watch
from jobs import db
from jobs.store import job_rows
from orders.store import account_rows, order_rows

#: Seconds between two looks: at what is watched, at who is signed in, at who is slow, at the ledger, at what
#: of the orders is counted apart.
REREAD, SESSIONS, SLOW, LEDGER, APART = 5.0, 4.0, 1.0, 60.0, 1.0
#: A round may take this part of its process's time; one that takes long comes less often.
SHARE = 0.1

DASHBOARD = Topic("dashboard")


class Rounds:
    """Samples the dashboard, reads again what is watched, looks after the sockets, checks the ledger."""

    def __init__(self, hub: Hub, sockets: Sockets) -> None:
        self._hub = hub
        self._sockets = sockets
        self._sampler = Sampler(hub.series)
        self._loops = [
            Loop("live.sampler", self.sample),
            Loop("live.apart", self.apart),
            Loop("live.reread", self.reread),
            Loop("live.sessions", self.sessions),
            Loop("live.slow", self.slow),
            Loop("live.ledger", self.ledger),
        ]

    async def start(self) -> None:
        self._sampler.start()
        for loop in self._loops:
            await loop.start()

    async def stop(self) -> None:
        """Safe twice and before the start."""
        self._sampler.stop()
        await asyncio.gather(*(loop.stop() for loop in self._loops))

    async def sample(self) -> float:
        """Count once a second, on the second; tell the dashboard, and the lists whose counts have changed."""
        began = time.monotonic()
        event = await self._sampler.sample()
        if watch := self._hub.watches.get((DASHBOARD, EVERYTHING)):
            await self._hub.tell(watch, [event])
        counted = {"orders": self._hub.series.whole()["orders"], "jobs": self._sampler.counted}
        for watch in list(self._hub.watches.values()):
            if isinstance(watch.source, ListSource) and watch.opened:
                counts = watch.source.counts(counted[watch.topic.kind])
                await self._hub.tell(watch, watch.source.counted(counts))
        return max(1 - time.time() % 1, _spared(began))

    async def apart(self) -> float:
        """Count anew what is counted apart (a customer's orders, those that need a person) where its lists
        are watched and something of it was told: once for all lists of one, and beside the sampler, whom many
        of them must not hold up.
        """
        began = time.monotonic()
        counted: dict[tuple[str, str], Mapping[str, int]] = {}
        for watch in list(self._hub.watches.values()):
            source = watch.source
            if not isinstance(source, ListSource) or not source.apart or not source.moved:
                continue
            if watch.subscriptions:
                source.moved = False  # what moves while it is counted is counted again
                if source.apart not in counted:
                    counted[source.apart] = await source.recount()
                await self._hub.tell(watch, source.counted(counted[source.apart]))
        return max(APART, _spared(began))

    async def reread(self) -> float:
        """Look whether anything that is watched has changed unheard."""
        began = time.monotonic()
        watched = [watch for watch in self._hub.watches.values() if watch.subscriptions]
        lists = [watch for watch in watched if isinstance(watch.source, ListSource)]
        details = [watch for watch in watched if isinstance(watch.source, DetailSource)]
        await self._hub.refresh(lists + await _outdated(details))
        return max(REREAD, _spared(began))

    async def sessions(self) -> float:
        await self._sockets.check()
        return SESSIONS

    async def slow(self) -> float:
        await self._sockets.drop_slow()
        self._hub.sweep()
        return SLOW

    async def ledger(self) -> float:
        """Prove the books while somebody looks at the dashboard."""
        began = time.monotonic()
        watch = self._hub.watches.get((DASHBOARD, EVERYTHING))
        watched = watch is not None and watch.subscriptions
        if not watched and began - self._sampler.looked_at > LOOKING:
            return REREAD
        await self._sampler.prove()
        return max(LEDGER, _spared(began))


def _spared(began: float) -> float:
    """Seconds to wait after work that began then (monotonic), so that it keeps to its share."""
    return (time.monotonic() - began) / SHARE


async def _outdated(details: list[Watch]) -> list[Watch]:
    """Those of these details whose row has another version than was told."""
    found: dict[str, list[Any]] = {kind: [] for kind in ID_OF}
    for watch in details:
        found[watch.topic.kind].append(watch.topic.id)
    if not details:
        return []
    async with asyncio.timeout(10), db.connection() as conn:
        rows = await order_rows(conn, found["order"]) + await job_rows(conn, found["job"])
        rows += await account_rows(conn, found["account"])
    versions = {str(row["id"]): row["version"] for row in rows}
    return [
        watch
        for watch in details
        if isinstance(watch.source, DetailSource)
        and versions.get(watch.topic.id, watch.source.version) != watch.source.version
    ]
