"""Securing: all of an order's stock and money, or nothing; and never more than there is."""

import asyncio

import pytest

from jobs import db
from jobs.changes import Change
from tests.orders.desk import (
    assert_books_balance,
    detail,
    kept,
    money,
    order_in,
    rows,
    secure,
    state,
    units,
)

pytestmark = pytest.mark.usefixtures("shop")


async def test_stock_is_reserved_and_money_held(heard: list[Change]) -> None:
    answer = await kept(order_in(("TEA-GREEN", 2), ("TEA-BLACK", 1), ("TEA-GREEN", 1)))
    heard.clear()
    secured = await secure(answer.id)
    assert [(one.order, one.state) for one in secured] == [(answer.id, "secured")]
    assert await units("TEA-GREEN") == (10, 3)
    assert await units("TEA-BLACK") == (10, 1)
    assert await money("wallet:C001:EUR") == (10_000, 1650)
    assert await money("revenue:EUR") == (0, 0)
    order = await detail(answer.id)
    assert [(event["state"], event["actor"]) for event in order["events"]] == [
        ("received", "user:ada"),
        ("secured", "task:secure"),
    ]
    assert [(t["state"], t["amount"], t["debit"], t["credit"]) for t in order["transfers"]] == [
        ("pending", 1650, "wallet:C001:EUR", "revenue:EUR")
    ]
    assert {change.kind for change in heard} == {"order", "account", "job", "ready"}
    assert Change("order", str(answer.id), 2) in heard
    await assert_books_balance()


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        pytest.param(order_in(("TEA-GREEN", 11)), "no stock of TEA-GREEN: 11 wanted, 10 left", id="stock"),
        pytest.param(order_in(customer="C002"), "no funds: 4.50 EUR wanted, 0.00 EUR available", id="funds"),
        pytest.param(
            order_in(("BOWL", 5), currency="JPY"), "no funds: 6000 JPY wanted, 5000 JPY available", id="yen"
        ),
        pytest.param(
            order_in(("BOWL", 1), customer="C002", currency="JPY"),
            "Bob Noyce has no JPY account",
            id="account",
        ),
    ],
)
async def test_a_refused_order_says_why_and_leaves_nothing(order, reason) -> None:
    answer = await kept(order)
    assert [(one.state, one.reason) for one in await secure(answer.id)] == [("rejected", reason)]
    found = await detail(answer.id)
    assert (found["state"], found["reason"], found["version"]) == ("rejected", reason, 2)
    assert found["events"][-1]["reason"] == reason
    assert found["transfers"] == []
    assert await rows("SELECT id FROM reservation") == []
    assert await rows("SELECT sku FROM stock WHERE reserved > 0") == []
    assert await rows("SELECT account FROM balance WHERE held > 0") == []
    await assert_books_balance()


async def test_a_second_time_changes_nothing() -> None:
    answer = await kept(order_in())
    await secure(answer.id)
    assert await secure(answer.id) == []
    assert await units("TEA-GREEN") == (10, 1)
    assert (await detail(answer.id))["version"] == 2
    await assert_books_balance()


async def test_the_older_order_gets_the_last_unit() -> None:
    older, newer = await kept(order_in(("TEA-GREEN", 10))), await kept(order_in(("TEA-GREEN", 1)))
    await secure(newer.id, older.id)
    assert (await state(older.id), await state(newer.id)) == ("secured", "rejected")


async def test_one_call_writes_one_audit_row_that_names_its_orders() -> None:
    answers = [await kept(order_in(("TEA-GREEN", 6))) for _ in range(2)]
    await secure(*(answer.id for answer in answers))
    audited = await rows("SELECT data FROM audit WHERE action = 'order.secure'")
    assert [row["data"]["secured"] for row in audited] == [[str(answers[0].id)]]
    assert list(audited[0]["data"]["rejected"]) == [str(answers[1].id)]


@pytest.mark.usefixtures("no_deadlock")
async def test_a_thousand_orders_at_once_for_ten_units_and_one_wallet(heard: list[Change]) -> None:
    """Through a pool of twenty, single submissions beside each other, secured by four batches at a time."""
    answers = await asyncio.gather(*(kept(order_in(("TEA-GREEN", 1)), f"k{n}") for n in range(1000)))
    lanes = asyncio.Semaphore(4)

    async def batch(ids) -> None:
        async with lanes:
            await secure(*ids)

    ids = [answer.id for answer in answers]
    await asyncio.gather(*(batch(ids[start : start + 50]) for start in range(0, 1000, 50)))
    async with db.connection() as conn:
        counts = dict(await conn.fetch("SELECT state, count(*) FROM orders GROUP BY state"))
    assert counts == {"secured": 10, "rejected": 990}
    assert await units("TEA-GREEN") == (10, 10)
    assert await money("wallet:C001:EUR") == (10_000, 4500)
    assert len({answer.number for answer in answers}) == 1000
    await assert_books_balance()


@pytest.mark.usefixtures("no_deadlock")
async def test_orders_that_share_products_the_other_way_round_do_not_deadlock() -> None:
    answers = await asyncio.gather(
        *(
            kept(order_in(("TEA-GREEN", 1), ("TEA-BLACK", 1)) if n % 2 else order_in(("TEA-BLACK", 1)))
            for n in range(60)
        )
    )
    ids = [answer.id for answer in answers]
    await asyncio.gather(*(secure(*part) for part in (ids[0::3], ids[2::3], ids[1::3], ids[::-1])))
    on_hand, reserved = await units("TEA-BLACK")
    assert (on_hand, reserved) == (10, 10)
    await assert_books_balance()
