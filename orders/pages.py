"""Pages of the list of orders: which of them, in which order, from which one on.

A page is its keys first (what it is sorted by, the id last), each found through an index; then their rows.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from jobs.db import Connection
from jobs.pages import EARLIEST, EVERY_ID, LATEST, NO_ID, Key
from jobs.statements import turned
from orders.models import OrderState
from orders.statements import sql

#: The largest total there can be.
MOST = (1 << 63) - 1
#: An id is made when its order comes in, ``created_at`` when it is written down: no further apart than this.
APART = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Which:
    """Orders that are wanted; None is any. Of ``customer``, ``door`` and ``reference`` one at most."""

    state: str | None = None
    customer: str | None = None
    door: str | None = None
    reference: str | None = None
    attention: bool = False
    since: datetime | None = None
    until: datetime | None = None

    @property
    def states(self) -> list[str]:
        return [self.state] if self.state else list(OrderState.values)


async def keys_by_received(
    conn: Connection, which: Which, past: Key = (), *, down: bool = True, limit: int
) -> list[Key]:
    """Keys (id,) of the next ``limit`` orders past a key, the newest first, or the oldest."""
    first = id_at(which.since - APART) if which.since else NO_ID
    last = id_at(which.until + APART) if which.until else EVERY_ID
    edge = (last, first) if down else (first, last)
    begin = past[0] if past and first <= past[0] <= last else edge[0]
    until = which.until - timedelta(microseconds=1) if which.until else LATEST
    customer = None
    if which.customer:
        found = await conn.fetchrow(sql("customer_by_code"), which.customer)
        if found is None:
            return []
        customer = found["id"]
    name, *only = _narrowed(which, customer)
    rows = await conn.fetch(
        _way(name, down), which.states, begin, edge[1], which.since or EARLIEST, until, limit, *only
    )
    return [tuple(row) for row in rows]


def _narrowed(which: Which, customer: int | None) -> tuple[Any, ...]:
    """The statement whose index has what is wanted, and the values it takes besides."""
    if which.reference:
        return "orders_of_reference", which.reference
    if which.attention:
        return "orders_for_a_person", customer, which.door
    if customer is not None:
        return "orders_of_customer", customer, which.door
    return ("orders_of_door", which.door) if which.door else ("orders_by_received",)


async def keys_by_total(
    conn: Connection, which: Which, past: Key = (), *, down: bool = True, limit: int
) -> list[Key]:
    """Keys (currency, total, id), the largest first, or the smallest. Only for what is not narrowed."""
    begin = past or (("ZZZ", MOST, EVERY_ID) if down else ("", 0, NO_ID))
    return [
        tuple(row) for row in await conn.fetch(_way("orders_by_total", down), which.states, *begin, limit)
    ]


async def keys_by_updated(
    conn: Connection, which: Which, past: Key = (), *, down: bool = True, limit: int
) -> list[Key]:
    """Keys (updated_at, id), what changed last first, or first. Only for what is not narrowed."""
    begin = past or ((LATEST, EVERY_ID) if down else (EARLIEST, NO_ID))
    rows = await conn.fetch(_way("orders_by_updated", down), which.states, *begin, limit)
    return [tuple(row) for row in rows]


async def orders_of_reference(conn: Connection, reference: str) -> list[UUID]:
    """The newest orders whose clients call them by this reference, two at most."""
    return [key[-1] for key in await keys_by_received(conn, Which(reference=reference), limit=2)]


def id_at(moment: datetime) -> UUID:
    """Where the ids of that moment begin: a UUIDv7 has its milliseconds in front."""
    return UUID(int=max(int(moment.timestamp() * 1000), 0) << 80)


def _way(name: str, down: bool) -> str:
    return sql(name) if down else turned(sql(name))
