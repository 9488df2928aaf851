"""The statements that read long tables go through their indexes, on tables as long as a busy year."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
import pytest

from jobs import db
from orders.statements import sql

pytestmark = pytest.mark.usefixtures("shop")

ORDER = UUID(int=500)

FILL = """
INSERT INTO orders (id, number, client, customer, currency, total, state)
SELECT lpad(to_hex(n), 32, '0')::uuid, n + 100000, 1,
       (SELECT min(id) + n % 2 FROM customer), 'EUR', 100,
       CASE WHEN n % 100 = 0 THEN 'received' ELSE 'fulfilled' END
FROM generate_series(1, 20000) AS n;
INSERT INTO order_line (order_id, position, sku, quantity, unit_price, amount)
SELECT id, 1, 'TEA-GREEN', 1, 100, 100 FROM orders;
INSERT INTO transfer (id, debit, credit, amount, currency, state, order_id, actor)
SELECT id, (SELECT id FROM account WHERE code = 'wallet:C001:EUR'),
       (SELECT id FROM account WHERE code = 'revenue:EUR'), 100,
       'EUR', CASE state WHEN 'fulfilled' THEN 'posted' ELSE 'pending' END, id, 'task:secure'
FROM orders;
INSERT INTO reservation (order_id, sku, quantity, state)
SELECT id, 'TEA-GREEN', 1, CASE state WHEN 'fulfilled' THEN 'consumed' ELSE 'active' END FROM orders;
UPDATE orders SET attention = 'look' WHERE number % 1000 = 0;
INSERT INTO order_minute (minute, state, shard)
SELECT date_trunc('minute', clock()) - make_interval(mins => n), 'fulfilled', -k
FROM generate_series(1, 5000) AS n, generate_series(1, 4) AS k;
ANALYZE orders, order_line, order_minute, transfer, reservation;
"""

READS: dict[str, Sequence[Any]] = {
    "order_rows": ([ORDER],),
    "orders_for_people": (6, ["received", "secured", "fulfilling", "fulfilled", "rejected"], 1001),
    "order_counts_for_people": (["received", "secured", "fulfilling", "fulfilled", "rejected"], 1001),
    "order_spreads": (60,),
    "order_lines": (ORDER,),
    "order_transfers": (ORDER,),
    "lock_orders": ([ORDER],),
    "sum_lines": ([ORDER],),
    "find_reservations": ([ORDER],),
    "find_holds": ([ORDER],),
    "post_holds": ([ORDER],),
    "consume_reservations": ([ORDER],),
    "void_holds": ([ORDER],),
    "release_reservations": ([ORDER],),
    "count_units": (ORDER,),
}

LONG = {"orders", "order_line", "order_minute", "transfer", "reservation"}


def scanned(plan: dict[str, Any]) -> set[str]:
    """The tables a plan reads from end to end."""
    found = {plan["Relation Name"]} if plan["Node Type"] == "Seq Scan" else set()
    return found.union(*(scanned(child) for child in plan.get("Plans", [])))


async def test_no_statement_of_the_pipeline_reads_a_long_table_whole() -> None:
    found = {}
    async with db.transaction() as tx:
        await tx.conn.execute(FILL)
        wallet = await tx.conn.fetchval("SELECT id FROM account WHERE code = 'wallet:C002:EUR'")
        for name, args in (READS | {"account_transfers": (wallet, True, True, None, 50)}).items():
            statement = f"EXPLAIN (FORMAT JSON) {sql(name.partition(' ')[0])}"
            plan = await tx.conn.fetchval(statement, *args)
            found[name] = scanned(orjson.loads(plan)[0]["Plan"]) & LONG
    assert {name: tables for name, tables in found.items() if tables} == {}
