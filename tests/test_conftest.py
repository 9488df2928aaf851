"""A skip in CI is a failure; an expected failure stays one. Between tests the database is empty."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from jobs import db
from tests import conftest
from tests.console.desk import open_shop, order_in
from tests.support import eventually

#: More than is deleted from row by row.
LARGE = """
INSERT INTO product (sku, name, currency, price) SELECT 'P' || n, repeat('x', 100), 'EUR', 1
FROM generate_series(1, 2000) AS n
"""
WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'stock'::regclass"


@pytest.mark.parametrize(
    ("forbidden", "expected_to_fail", "outcome"),
    [(True, False, "failed"), (True, True, "skipped"), (False, False, "skipped")],
    ids=["in CI", "expected failure in CI", "at home"],
)
def test_skip_fails_only_where_it_is_forbidden(
    forbidden: bool, expected_to_fail: bool, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conftest, "NO_SKIP", forbidden)
    report = pytest.TestReport("a test", ("a file", 1, "a test"), {}, "skipped", "no Chromium", "call")
    if expected_to_fail:
        report.wasxfail = "reason"
    assert conftest.forbid_skip(report).outcome == outcome


async def counts() -> dict[str, int]:
    """Rows of each table."""
    async with db.connection() as conn:
        found = await conn.fetch("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        return {table: await conn.fetchval(f'SELECT count(*) FROM "{table}"') for (table,) in found}


async def test_small_tables_and_large_ones_are_emptied_but_for_what_migrations_filled(database: None) -> None:
    filled = {table: count for table, count in (await counts()).items() if count}
    assert set(filled) == conftest.FILLED
    await open_shop()
    await order_in()
    async with db.connection() as conn:
        await conn.execute(LARGE)
        assert await conn.fetchval("SELECT pg_relation_size('product')") > 131_072
    written = {table for table, count in (await counts()).items() if count}
    assert written > conftest.FILLED | {"product", "orders", "order_event", "audit"}  # append-only, some
    await sync_to_async(conftest.empty_tables)()
    assert {table: count for table, count in (await counts()).items() if count} == filled
    async with db.connection() as conn:
        assert await conn.fetchval("SELECT pg_relation_size('product')") == 0


async def test_what_empties_tables_turns_triggers_off_for_no_longer(database: None) -> None:
    await open_shop()
    await sync_to_async(conftest.empty_tables)()
    assert await sync_to_async(session_replication_role)() == "origin"


def session_replication_role() -> str:
    with connections["default"].cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        return cursor.fetchone()[0]


async def test_emptying_waits_for_whoever_still_writes(database: None) -> None:
    await open_shop()
    async with db.connection() as conn, db.connection() as other:
        async with conn.transaction():
            await conn.execute("UPDATE stock SET on_hand = on_hand + 1")
            emptying = asyncio.create_task(sync_to_async(conftest.empty_tables)())
            assert await eventually(lambda: other.fetchval(WAITS))
            assert not emptying.done()
        await asyncio.wait_for(emptying, 10)
        assert await other.fetchval("SELECT count(*) FROM stock") == 0
