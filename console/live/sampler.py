"""The sampler: looks at how things stand, once a second for everybody who watches."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from console.live.board import Hour, Standing
from console.live.latency import KEPT
from console.live.series import Data, Series
from jobs import db
from jobs import store as jobs
from jobs.engine import process
from orders import store as orders
from orders.ledger_check import Problem, check
from orders.tasks import quote

#: Seconds between two looks at what takes longer: errors, latency, people; and for which a sample serves.
SELDOM, FRESH = 5.0, 5.0
#: Seconds for which a page without a socket counts as looking.
LOOKING = 90.0

QUOTE = quote.module_path

_running: "Sampler | None" = None


class Sampler:
    """Fills a series. While it runs, it serves every page of this process."""

    def __init__(self, series: Series) -> None:
        self.series = series
        self.sampled_at = self.looked_at = float("-inf")
        self.counted: list[dict[str, Any]] = []
        self._hour = Hour()
        self._hour_at: float | None = None
        #: How many quotes there were, and when there were more (monotonic).
        self._quotes: int | None = None
        self._quoted_at: float | None = None

    def start(self) -> None:
        global _running
        _running = self

    def stop(self) -> None:
        """Safe twice and before the start."""
        global _running
        if _running is self:
            _running = None

    async def sample(self) -> Data:
        """Look at everything, seldom at what takes longer; the dashboard's event."""
        async with asyncio.timeout(10), db.connection() as conn:
            counts, self.counted = await orders.order_counts(conn), await jobs.job_counts(conn)
            workers, oldest = await jobs.workers(conn), await jobs.oldest_ready(conn)
            if self._hour_at is None or time.monotonic() - self._hour_at >= SELDOM:
                await self._look_back(conn)
        running = process.current()
        engine = running.engine if running else None
        self.sampled_at = now = time.monotonic()
        self._hear_quotes(now)
        standing = Standing(
            orders=counts,
            jobs=jobs.by_state(self.counted),
            counted=self.counted,
            workers=workers,
            oldest=oldest,
            hour=self._hour,
            queues=list(settings.JOBS["QUEUES"]),
            own={str(engine.worker_id): engine.load()} if engine else {},
            beat=settings.JOBS["BEAT"] * 1000,
            staged=settings.JOBS["STAGED"],
            looked=(now - (self._hour_at or now)) * 1000,
            quoted=None if self._quoted_at is None else (now - self._quoted_at) * 1000,
        )
        return self.series.add(time.time(), standing)

    def _hear_quotes(self, now: float) -> None:
        """Carriers answer while more and more quotes succeed; that the day moves on makes them no more."""
        done = (QUOTE, "succeeded")
        quotes = sum(row["count"] for row in self.counted if (row["task"], row["state"]) == done)
        if self._quotes is not None and quotes > self._quotes:
            self._quoted_at = now
        self._quotes = quotes

    async def _look_back(self, conn: db.Connection) -> None:
        """At the last hour; of its minutes only at those that can have changed since."""
        now = time.monotonic()
        minutes = KEPT if self._hour_at is None else min(KEPT, int((now - self._hour_at) // 60) + 2)
        self._hour = Hour(
            errors=await jobs.recent_errors(conn),
            failed=await jobs.failed_hour(conn),
            people=await orders.orders_for_people(conn),
        )
        ended = await jobs.job_spreads(conn, minutes)
        fulfilled = await orders.order_spreads(conn, minutes)
        self.series.latency.add(time.time(), ended, fulfilled)
        self._hour_at = now

    async def prove(self) -> None:
        """Check the ledger; the next sample tells how it stands."""
        problems = await check()
        self.series.ledger = {
            "ok": not problems,
            "checked_at": datetime.now(UTC),
            "problems": [_told(problem) for problem in problems],
        }


async def look() -> Data:
    """What the dashboard shows now: what is sampled anyhow, else a sample for this page alone."""
    sampler = _running
    if sampler is None or time.monotonic() - sampler.sampled_at > FRESH:
        sampler = Sampler(Series())
        await sampler.sample()
    else:
        sampler.looked_at = time.monotonic()
    return sampler.series.whole()


def _told(problem: Problem) -> dict[str, Any]:
    """A broken rule, how many rows break it, and the first order among them."""
    order = next((row for row in problem.rows if "number" in row), None)
    return {
        "id": problem.rule,
        "count": len(problem.rows),
        "order": order and order["id"],
        "number": order and order["number"],
    }
