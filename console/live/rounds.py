"""Rounds: what the live side does by the clock."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

from console.live.filters import EVERYTHING
from console.live.hub import Hub
from console.live.loop import Loop
from console.live.series import Standing
from console.live.sockets import Sockets
from console.live.sources import DetailSource, ListSource
from console.live.topics import Topic
from console.live.watch import Watch
from jobs import db
from jobs.engine import process
from jobs.store import by_state, job_counts, job_rows, workers
from orders.ledger_check import check
from orders.store import order_counts, order_rows

#: Seconds between two looks: at what is watched, at who is signed in, at who is slow, at the ledger.
REREAD, SESSIONS, SLOW, LEDGER = 5.0, 4.0, 1.0, 60.0
#: A round may take this part of its process's time; one that takes long comes less often.
SHARE = 0.1

DASHBOARD = Topic("dashboard")


class Rounds:
    """Samples the dashboard, reads again what is watched, looks after the sockets, checks the ledger."""

    def __init__(self, hub: Hub, sockets: Sockets) -> None:
        self._hub = hub
        self._sockets = sockets
        self._loops = [
            Loop("live.sampler", self.sample),
            Loop("live.reread", self.reread),
            Loop("live.sessions", self.sessions),
            Loop("live.slow", self.slow),
            Loop("live.ledger", self.ledger),
        ]

    async def start(self) -> None:
        for loop in self._loops:
            await loop.start()

    async def stop(self) -> None:
        """Safe twice and before the start."""
        await asyncio.gather(*(loop.stop() for loop in self._loops))

    async def sample(self) -> float:
        """Count once a second, on the second; tell the dashboard, and the lists whose counts have changed."""
        began = time.monotonic()
        async with asyncio.timeout(10), db.connection() as conn:
            orders, jobs = await order_counts(conn), await job_counts(conn)
            there = await workers(conn)
        running = process.current()
        engine = running.engine.status() if running and running.engine else None
        event = self._hub.series.add(time.time(), Standing(orders, by_state(jobs), there, engine))
        if watch := self._hub.watches.get((DASHBOARD, EVERYTHING)):
            await self._hub.tell(watch, [event])
        for watch in list(self._hub.watches.values()):
            if isinstance(watch.source, ListSource) and watch.opened:
                counts = watch.source.counts(orders if watch.topic.kind == "orders" else jobs)
                await self._hub.tell(watch, watch.source.counted(counts))
        return max(1 - time.time() % 1, _spared(began))

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
        if watch is None or not watch.subscriptions:
            return REREAD
        self._hub.series.ledger = {"ok": not await check(), "checked_at": datetime.now(UTC)}
        return max(LEDGER, _spared(began))


def _spared(began: float) -> float:
    """Seconds to wait after work that began then (monotonic), so that it keeps to its share."""
    return (time.monotonic() - began) / SHARE


async def _outdated(details: list[Watch]) -> list[Watch]:
    """Those of these details whose row has another version than was told."""
    found: dict[str, list[Any]] = {"order": [], "job": []}
    for watch in details:
        found[watch.topic.kind].append(watch.topic.id)
    if not details:
        return []
    async with asyncio.timeout(10), db.connection() as conn:
        rows = await order_rows(conn, found["order"]) + await job_rows(conn, found["job"])
    versions = {row["id"]: row["version"] for row in rows}
    return [
        watch
        for watch in details
        if isinstance(watch.source, DetailSource)
        and versions.get(watch.topic.id, watch.source.version) != watch.source.version
    ]
