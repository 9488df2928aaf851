"""Pages of orders: the right ones, in order, both ways; however they are narrowed, few rows are read."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import orjson
import pytest

from jobs import db
from jobs.pages import Key
from orders import pages, store
from orders.models import OrderState
from orders.pages import Which

pytestmark = pytest.mark.usefixtures("shop")

ROWS = 50_000
#: One a second; the newest is ROWS seconds past this.
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)

#: Nearly all of one customer, one door, one state; what is asked for is rare, and at the far end.
FILL = """
INSERT INTO orders (id, number, client, customer, currency, total, state, door, attention, external_ref,
                    created_at, updated_at)
SELECT (lpad(to_hex((extract(epoch FROM $1::timestamptz) * 1000)::bigint + n * 1000), 12, '0')
        || lpad(to_hex(n), 20, '0'))::uuid,
       n + 100000, 1, (SELECT id FROM customer WHERE code = CASE WHEN n <= 60 THEN 'C002' ELSE 'C001' END),
       CASE WHEN n % 3 = 0 THEN 'EUR' ELSE 'JPY' END, n,
       CASE WHEN n <= 60 THEN 'received' WHEN n <= 70 THEN 'failed' ELSE 'fulfilled' END,
       CASE WHEN n <= 60 THEN 'file' ELSE 'api' END, CASE WHEN n <= 70 THEN 'look' ELSE '' END,
       CASE WHEN n % 10 = 0 THEN 'R-' || n END,
       $1 + make_interval(secs => n), $1 + make_interval(secs => n * 7 % 50000)
FROM generate_series(1, 50000) AS n
"""

RECEIVED, TOTAL, UPDATED = pages.keys_by_received, pages.keys_by_total, pages.keys_by_updated
PAST: dict[Any, Key] = {
    RECEIVED: (pages.id_at(BEGIN + timedelta(seconds=ROWS // 2)),),
    TOTAL: ("EUR", 30_000, UUID(int=0)),
    UPDATED: (BEGIN + timedelta(seconds=30_000), UUID(int=0)),
}
DAY = BEGIN + timedelta(seconds=1_000)
#: Every combination a list offers.
OFFERED: dict[str, tuple[Callable[..., Awaitable[list[Key]]], Which]] = {
    "all": (RECEIVED, Which()),
    "a rare state": (RECEIVED, Which(state="received")),
    "a state nothing is in": (RECEIVED, Which(state="rejected")),
    "a large customer": (RECEIVED, Which(customer="C001")),
    "a large customer, a rare state": (RECEIVED, Which(customer="C001", state="failed")),
    "a small customer": (RECEIVED, Which(customer="C002")),
    "a customer nobody knows": (RECEIVED, Which(customer="nobody")),
    "a rare door": (RECEIVED, Which(door="file")),
    "a rare door, a state nothing is in": (RECEIVED, Which(door="file", state="fulfilled")),
    "a person needed": (RECEIVED, Which(attention=True)),
    "a person needed, a state": (RECEIVED, Which(attention=True, state="failed")),
    "a person needed, a large customer": (RECEIVED, Which(attention=True, customer="C001")),
    "a person needed, a door": (RECEIVED, Which(attention=True, door="api")),
    "a reference": (RECEIVED, Which(reference="R-40000")),
    "a reference, a state": (RECEIVED, Which(reference="R-40000", state="fulfilled")),
    "a time": (RECEIVED, Which(since=DAY, until=DAY + timedelta(seconds=30))),
    "a time, a customer": (RECEIVED, Which(since=DAY, until=DAY + timedelta(hours=1), customer="C001")),
    "a time, a door and a state": (RECEIVED, Which(since=DAY, door="file", state="received")),
    "up to a time": (RECEIVED, Which(until=DAY)),
    "by total": (TOTAL, Which()),
    "by total, a state": (TOTAL, Which(state="received")),
    "by change": (UPDATED, Which()),
    "by change, a state": (UPDATED, Which(state="received")),
}


class Explained:
    """A connection that explains what it is asked, and says how many rows of orders that read."""

    def __init__(self, conn: db.Connection) -> None:
        self.conn = conn
        self.read = 0

    async def fetch(self, statement: str, *args: Any) -> list[Any]:
        plan = await self.conn.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", *args)
        self.read = read_of(orjson.loads(plan)[0]["Plan"])
        return []

    async def fetchrow(self, statement: str, *args: Any) -> Any:
        return await self.conn.fetchrow(statement, *args)


def read_of(plan: dict[str, Any], table: str = "orders") -> int:
    """Rows of a table taken from it or its indexes, those thrown away among them."""
    rows = 0.0
    if plan.get("Relation Name") == table:
        removed = sum(plan.get(f"Rows Removed by {way}", 0) for way in ("Filter", "Index Recheck"))
        rows = (plan["Actual Rows"] + removed) * plan["Actual Loops"]
    return round(rows) + sum(read_of(child, table) for child in plan.get("Plans", []))


async def fill(conn: db.Connection) -> None:
    await conn.execute(FILL, BEGIN)
    await conn.execute("ANALYZE orders")


async def test_no_page_reads_more_rows_than_a_page_of_each_state() -> None:
    most = 8 * 51 + 10
    found = {}
    async with db.transaction() as tx:
        await fill(tx.conn)
        for name, (keys, which) in OFFERED.items():
            for past in ((), PAST[keys]):
                for down in (True, False):
                    looked = Explained(tx.conn)
                    await keys(looked, which, past, down=down, limit=51)
                    found[name, bool(past), down] = looked.read
    # Around a time there is room for clocks that are apart, a row a second here.
    room = pages.APART.total_seconds()
    assert {
        case: rows
        for case, rows in found.items()
        if rows > most + room * case[0].startswith(("a time", "up"))
    } == {}


async def test_a_customers_orders_are_counted_through_an_index_up_to_a_thousand_a_state() -> None:
    async with db.transaction() as tx:
        await fill(tx.conn)
        small = await store.customer_counts(tx.conn, "C002")
        large = await store.customer_counts(tx.conn, "C001")
        nobody = await store.customer_counts(tx.conn, "nobody")
        looked, counts = Explained(tx.conn), {}
        for customer in ("C001", "C002", "nobody"):
            looked.read = 0
            await store.customer_counts(cast(db.Connection, looked), customer)
            counts[customer] = looked.read
    assert (small["received"], small["fulfilled"]) == (60, 0)
    assert (large["failed"], large["fulfilled"]) == (10, store.MOST + 1)
    assert set(nobody.values()) == {0}
    assert nobody.keys() == large.keys() == set(OrderState.values)
    assert counts == {"C001": 10 + store.MOST + 1, "C002": 60, "nobody": 0}


async def test_every_order_of_rows_is_walked_both_ways_and_misses_nothing() -> None:
    async with db.transaction() as tx:
        await fill(tx.conn)
        for keys, which in (
            (RECEIVED, Which(attention=True)),
            (TOTAL, Which(state="received")),
            (UPDATED, Which(state="received")),
            (RECEIVED, Which(state="failed")),
        ):
            walks = {}
            for down in (True, False):
                walked: list[Key] = []
                while page := await keys(tx.conn, which, walked[-1] if walked else (), down=down, limit=7):
                    walked += page
                walks[down] = walked
            assert walks[True] == sorted(walks[True], reverse=True)
            assert walks[False] == walks[True][::-1]
            assert len(walks[True]) == {"received": 60, "failed": 10, None: 70}[which.state]


async def test_a_customers_orders_are_of_the_door_too() -> None:
    async with db.transaction() as tx:
        await fill(tx.conn)
        both = Which(customer="C001", door="file")
        assert await RECEIVED(tx.conn, both, limit=50) == []


async def test_a_time_is_exact_to_both_ends() -> None:
    async with db.transaction() as tx:
        await fill(tx.conn)
        which = Which(since=BEGIN + timedelta(seconds=10), until=BEGIN + timedelta(seconds=13))
        numbers = [
            await tx.conn.fetchval("SELECT number FROM orders WHERE id = $1", key[-1])
            for key in await RECEIVED(tx.conn, which, limit=50)
        ]
    assert numbers == [100_012, 100_011, 100_010]
