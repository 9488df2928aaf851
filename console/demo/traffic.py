"""The demo's orders: an opening hundred, then a stream that goes on for as long as the demo does."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from console.demo.shopper import Shopper
from console.demo.supply import ACTOR, top_up
from jobs import db
from jobs.away import UNUSABLE
from jobs.changes import Change
from jobs.engine.process import Process
from orders import store
from orders.schema import OrderIn
from orders.submit import MAX_SUBMISSIONS, Answer, Submission, submit

log = logging.getLogger(__name__)

#: Seconds between two submissions of the stream at least; a higher rate sends several orders in one.
TICK = 0.05
#: Seconds between two looks at the shelves, the wallets and the backlog.
ROUND = 15.0
#: Orders not yet worked on at which the stream pauses.
BACKLOG = 2_000
#: Seconds without a word after which the opening looks at its orders all the same.
PATIENCE = 0.5
#: Seconds before the stream tries again while the database is away.
BREAK = 2.0

FINAL = frozenset({"fulfilled", "rejected", "expired", "cancelled", "failed"})


class Opening(NamedTuple):
    """How the opening orders ended: state → how many, and a line about each that was not fulfilled."""

    states: Counter[str]
    explained: list[str]


async def open_with(
    process: Process, shopper: Shopper, *, client: int, count: int = 100, timeout: float = 60.0
) -> Opening:
    """Submit ``count`` good orders at once and follow them to their end, for ``timeout`` seconds at most.

    ``client`` is the id of the Django user they come from.
    """
    moved = asyncio.Event()

    def hear(changes: Sequence[Change]) -> None:
        if any(change.kind == "order" for change in changes):
            moved.set()

    process.hear(hear)
    rows: dict[UUID, dict[str, Any]] = {}
    try:
        answers = await _send([shopper.plain() for _ in range(count)], client, _("the opening hundred"))
        async with asyncio.timeout(timeout):
            waiting = {answer.id for answer in answers}
            while waiting:
                rows |= {UUID(row["id"]): row for row in await _rows(waiting)}
                waiting = {id for id in waiting if id not in rows or rows[id]["state"] not in FINAL}
                if waiting:
                    await _word(moved)
    except TimeoutError:
        log.warning("some of the opening orders are not at their end after %g s", timeout)
    finally:
        process.unhear(hear)
    return Opening(
        Counter(row["state"] for row in rows.values()),
        [_explained(row) for row in rows.values() if row["state"] != "fulfilled"],
    )


def _explained(row: dict[str, Any]) -> str:
    why = row["reason"] or row["attention"]
    return f"#{row['number']} {row['state']}" + (f": {why}" if why else "")


async def _word(moved: asyncio.Event) -> None:
    """Wait until an order moved, or for PATIENCE: a notification is only a hint."""
    try:
        async with asyncio.timeout(PATIENCE):
            await moved.wait()
    except TimeoutError:
        return
    moved.clear()


async def _rows(ids: Iterable[UUID]) -> list[dict[str, Any]]:
    async with db.connection() as conn:
        return await store.order_rows(conn, list(ids))


async def _send(orders: Sequence[OrderIn], client: int, reason: str) -> list[Answer]:
    answers = await submit(
        [Submission(order) for order in orders], client=client, actor=ACTOR, reason=reason, door="command"
    )
    return [answer for answer in answers if isinstance(answer, Answer)]


class Traffic:
    """The stream of orders and what keeps the shop going beside it, from start() to stop().

    ``rate`` is orders a second; 0 is a quiet shop.
    """

    def __init__(self, shopper: Shopper, *, client: int, rate: float) -> None:
        self._shopper = shopper
        self._client = client
        self._rate = rate
        self._flowing = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin, on the running loop."""
        self._flowing.set()
        self._tasks = [asyncio.create_task(self._rounds(), name="demo rounds")]
        if self._rate > 0:
            self._tasks.append(asyncio.create_task(self._stream(), name="demo stream"))
        for task in self._tasks:
            task.add_done_callback(_tell_of_failure)

    async def stop(self) -> None:
        """End both; harmless before start() and when stopped already."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _stream(self) -> None:
        tick = max(1 / self._rate, TICK)
        due = 0.0  # orders owed; what the shop could not take in time is not made up for
        while True:
            await asyncio.sleep(tick)
            await self._flowing.wait()
            due = min(due + self._rate * tick, MAX_SUBMISSIONS)
            orders = [self._shopper.next() for _ in range(int(due))]
            due -= len(orders)
            if orders:
                await _patiently(partial(_send, orders, self._client, _("a stream of orders")))

    async def _rounds(self) -> None:
        while True:
            await asyncio.sleep(ROUND)
            await _patiently(self._round)

    async def _round(self) -> None:
        await top_up()
        async with db.connection() as conn:
            counts = await store.order_counts(conn)
        if counts.get("received", 0) + counts.get("secured", 0) < BACKLOG:
            self._flowing.set()
        else:
            self._flowing.clear()


def _tell_of_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("the %s ended", task.get_name(), exc_info=error)


async def _patiently(work: Callable[[], Awaitable[object]]) -> None:
    """Do it, and outlive a database that is away for a while."""
    try:
        await work()
    except UNUSABLE as error:
        log.warning("the demo pauses for %g s: %s", BREAK, type(error).__name__)
        await asyncio.sleep(BREAK)
