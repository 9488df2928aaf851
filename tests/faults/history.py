"""What a client was told, as it was told, and what must be true of the database afterwards."""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

import asyncpg

from orders.ledger_check import find_problems
from tests.journeys.watch import ENDED
from tests.support import eventually

Kind = Literal["invoke", "ok", "fail", "unknown"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a client did or heard. ``what``: the order's id, or the status or error it got."""

    key: str
    kind: Kind
    at: float
    what: str = ""


@dataclass(slots=True)
class History:
    """invoke, then ok (acknowledged), fail (refused for good) or unknown (may have happened), each by key."""

    events: list[Event] = field(default_factory=list)
    #: The seconds each answer or error took.
    waits: list[float] = field(default_factory=list)

    def invoke(self, key: str) -> None:
        self._note(key, "invoke")

    def ok(self, key: str, order: str) -> None:
        self._note(key, "ok", order)

    def fail(self, key: str, why: str) -> None:
        self._note(key, "fail", why)

    def unknown(self, key: str, why: str) -> None:
        self._note(key, "unknown", why)

    def _note(self, key: str, kind: Kind, what: str = "") -> None:
        self.events.append(Event(key, kind, time.monotonic(), what))

    @property
    def acknowledged(self) -> dict[str, str]:
        """The order's id by key."""
        return {event.key: event.what for event in self.events if event.kind == "ok"}

    def of(self, kind: Kind) -> list[Event]:
        return [event for event in self.events if event.kind == kind]

    def why_unknown(self) -> Counter[str]:
        return Counter(event.what for event in self.of("unknown"))

    def unresolved(self) -> set[str]:
        """Keys whose outcome nobody knows, which no load should leave."""
        known = {event.key for event in self.events if event.kind in ("ok", "fail")}
        return {event.key for event in self.events} - known

    def contradictions(self) -> list[str]:
        """Keys that were told two orders, and orders two keys were told."""
        told = {(event.key, event.what) for event in self.of("ok")}
        keys, orders = Counter(key for key, _ in told), Counter(order for _, order in told)
        return [one for one, times in (keys + orders).items() if times > 1]


async def at_rest(conn: asyncpg.Connection, seconds: float = 45.0) -> None:
    """Wait until every order has ended and no job is left to run: it healed by itself, within a bound."""

    async def still() -> bool:
        row = await conn.fetchrow(
            "SELECT (SELECT count(*) FROM job) AS jobs,"
            " (SELECT count(*) FROM orders WHERE NOT (state = ANY ($1::text[]))) AS orders",
            sorted(ENDED),
        )
        assert row is not None
        return (row["jobs"], row["orders"]) == (0, 0)

    await eventually(still, seconds)


async def unleased(conn: asyncpg.Connection) -> list[str]:
    """Jobs that run without a live lease."""
    rows = await conn.fetch(
        "SELECT job.id FROM job LEFT JOIN worker AS w ON w.id = job.worker"
        " WHERE job.state = 'running'"
        " AND (w.id IS NULL OR w.stopped_at IS NOT NULL OR w.lease_until <= clock())"
    )
    return [str(row["id"]) for row in rows]


async def violations(conn: asyncpg.Connection, history: History) -> list[str]:
    """What is wrong, once everything is at rest. Every order is two units of tea that can be paid."""
    told = history.acknowledged
    found = [f"two answers to one question: {one}" for one in history.contradictions()]
    found += [f"nobody knows what became of {key}" for key in sorted(history.unresolved())]
    kept = {str(row["id"]): row["state"] for row in await conn.fetch("SELECT id, state FROM orders")}
    found += [f"acknowledged and lost: {id}" for id in told.values() if id not in kept]
    found += [f"kept and never acknowledged: {id}" for id in kept if id not in set(told.values())]
    found += [f"{id} ended {state}" for id, state in kept.items() if state != "fulfilled"]
    twice = await conn.fetch(
        "SELECT order_id, 'paid' AS what, count(*) AS times FROM transfer"
        " WHERE order_id IS NOT NULL GROUP BY order_id HAVING count(*) <> 1"
        " UNION ALL SELECT order_id, state, count(*) FROM order_event GROUP BY order_id, state"
        " HAVING count(*) > 1"
    )
    found += [f"{row['order_id']} was {row['what']} {row['times']} times" for row in twice]
    handed_out = await conn.fetchval("SELECT 1000000 - on_hand FROM stock WHERE sku = 'TEA'")
    if handed_out != 2 * len(kept):
        found.append(f"{handed_out} units for {len(kept)} orders of 2")
    found += [f"running without a lease: {id}" for id in await unleased(conn)]
    return found + [f"{problem.rule}: {problem.rows}" for problem in await find_problems(conn)]
