"""What pages, API and live topics read."""

from uuid import UUID

import orjson
import pytest

from jobs import db
from jobs.rules.spread import PLACES, percentile
from orders import store
from orders.attention import call_person
from tests.orders.desk import fulfil, kept, order_in, secure

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


async def test_accounts_and_products_come_by_their_codes() -> None:
    async with db.connection() as conn:
        accounts = await store.accounts_page(conn, limit=2)
        further = await store.accounts_page(conn, after=accounts[-1]["code"])
        products = await store.products_page(conn)
        assert await store.account_detail(conn, "no") is None
    assert [row["code"] for row in accounts] == ["cash:EUR", "cash:JPY"]
    assert [row["code"] for row in further] == [
        "revenue:EUR", "revenue:JPY", "wallet:C001:EUR", "wallet:C001:JPY", "wallet:C002:EUR",
    ]  # fmt: skip
    assert [(row["sku"], row["price"], row["free"]) for row in products][-1] == ("TEA-GREEN", 450, 10)


async def test_a_spread_tells_how_long_orders_took_to_be_fulfilled() -> None:
    """Two batches of a minute add up; orders on their way are not among them."""
    ids = [(await kept(order_in())).id for _ in range(3)]
    waiting = (await kept(order_in())).id
    await secure(*ids, waiting)
    async with db.connection() as conn:
        await conn.execute(
            "UPDATE orders SET created_at = created_at - interval '8 s' WHERE id = ANY ($1)", ids
        )
    await fulfil(ids[0])
    await fulfil(*ids[1:])
    async with db.connection() as conn:
        spreads = await store.order_spreads(conn)
    took = [sum(counts) for counts in zip(*(row["took"] for row in spreads), strict=True)]
    assert (len(took), sum(took)) == (PLACES, 3)
    told = percentile(took, 0.5)
    assert told is not None
    assert 5_600 <= told <= 16_000


async def test_orders_for_people_are_the_newest_and_counted_in_all() -> None:
    ids = [(await kept(order_in())).id for _ in range(4)]
    async with db.transaction() as tx:
        for id in ids[1:]:
            await call_person(tx, id, "look", actor="task:test")
    async with db.connection() as conn:
        found = await store.orders_for_people(conn, limit=2)
    assert [row["id"] for row in found] == [str(ids[3]), str(ids[2])]
    assert [(row["attention"], row["among"]) for row in found] == [("look", 3)] * 2


async def test_orders_for_people_are_counted_by_state_as_far_as_they_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(store, "MOST", 2)
    ids = [(await kept(order_in())).id for _ in range(4)]
    async with db.transaction() as tx:
        for id in ids:
            await call_person(tx, id, "look", actor="task:test")
    async with db.connection() as conn:
        counts = await store.attention_counts(conn)
        among = {row["among"] for row in await store.orders_for_people(conn)}
    assert (counts["received"], counts["secured"]) == (3, 0), "one more than is counted: there are more"
    assert among == {3}
