"""What pages, API and live topics read."""

from uuid import UUID

import orjson
import pytest

from jobs import db
from orders import store
from tests.orders.desk import kept, order_in, secure

pytestmark = pytest.mark.usefixtures("shop")


async def test_a_page_starts_under_the_last_row_of_the_page_before() -> None:
    ids = [str((await kept(order_in())).id) for _ in range(5)]
    async with db.connection() as conn:
        first = await store.orders_page(conn, limit=2)
        second = await store.orders_page(conn, before=UUID(first[-1]["id"]), limit=2)
    assert [row["id"] for row in first + second] == ids[:0:-1]


async def test_pages_are_of_one_state_or_one_customer() -> None:
    mine, bobs = await kept(order_in()), await kept(order_in(customer="C002"))
    await secure(mine.id, bobs.id)
    async with db.connection() as conn:
        rejected = await store.orders_page(conn, state="rejected")
        adas = await store.orders_page(conn, customer="C001")
        counts = await store.order_counts(conn)
        minutes = await store.order_minutes(conn)
        nobody = await store.orders_page(conn, customer="C999", state="secured")
    assert [row["id"] for row in rejected] == [str(bobs.id)]
    assert [row["id"] for row in adas] == [str(mine.id)]
    assert nobody == []
    assert {state: count for state, count in counts.items() if count} == {"secured": 1, "rejected": 1}
    assert sum(row["count"] for row in minutes if row["state"] == "received") == 2


async def test_rows_and_details_are_ready_for_json() -> None:
    answer = await kept(order_in(("TEA-GREEN", 1), ("TEA-BLACK", 1)))
    await secure(answer.id)
    async with db.connection() as conn:
        row = (await store.order_rows(conn, [str(answer.id), str(UUID(int=1))]))[0]
        found = await store.order_detail(conn, str(answer.id))
    assert set(row) == {
        "id", "number", "state", "customer", "customer_name", "currency", "total", "total_text", "lines",
        "reference", "reason", "attention", "door", "version", "created_at", "updated_at",
    }  # fmt: skip
    assert row["lines"] == 2
    assert orjson.loads(orjson.dumps(found))["lines"][0]["name"] == "Green tea"
    assert found["created_at"].tzinfo is not None


async def test_an_order_is_found_by_its_number() -> None:
    answer = await kept(order_in())
    async with db.connection() as conn:
        assert await store.order_id_by_number(conn, answer.number) == answer.id
        assert await store.order_id_by_number(conn, 1) is None
        assert await store.order_detail(conn, UUID(int=1)) is None


async def test_accounts_products_and_customers_come_by_their_codes() -> None:
    async with db.connection() as conn:
        await conn.execute("UPDATE customer SET active = false WHERE code = 'C002'")
        accounts = await store.accounts_page(conn, limit=2)
        further = await store.accounts_page(conn, after=accounts[-1]["code"])
        products = await store.products_page(conn)
        customers = await store.customers_active(conn)
        assert await store.account_detail(conn, "no") is None
    assert [row["code"] for row in accounts] == ["cash:EUR", "cash:JPY"]
    assert [row["code"] for row in further] == [
        "revenue:EUR", "revenue:JPY", "wallet:C001:EUR", "wallet:C001:JPY", "wallet:C002:EUR",
    ]  # fmt: skip
    assert [(row["sku"], row["price"], row["free"]) for row in products][-1] == ("TEA-GREEN", 450, 10)
    assert [row["code"] for row in customers] == ["C001"]
