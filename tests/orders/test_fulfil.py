"""Fulfilling: paid once, handed out once."""

import asyncio

import pytest

from orders.fulfil import NotHeld
from tests.orders.desk import (
    assert_books_balance,
    detail,
    fulfil,
    kept,
    money,
    order_in,
    rows,
    secure,
    state,
    units,
)

pytestmark = pytest.mark.usefixtures("shop")


async def test_the_money_is_paid_and_the_stock_leaves_the_shelf() -> None:
    answer = await kept(order_in(("TEA-GREEN", 2), ("TEA-BLACK", 1)))
    await secure(answer.id)
    assert await fulfil(answer.id) == [answer.id]
    assert await units("TEA-GREEN") == (8, 0)
    assert await units("TEA-BLACK") == (9, 0)
    assert await money("wallet:C001:EUR") == (8800, 0)
    assert await money("revenue:EUR") == (1200, 0)
    order = await detail(answer.id)
    assert (order["state"], order["version"]) == ("fulfilled", 3)
    assert [(t["state"], t["settled_at"] is None) for t in order["transfers"]] == [("posted", False)]
    assert {row["state"] for row in await rows("SELECT state FROM reservation")} == {"consumed"}
    await assert_books_balance()


async def test_a_second_time_changes_nothing() -> None:
    answer = await kept(order_in())
    await secure(answer.id)
    await fulfil(answer.id)
    assert await fulfil(answer.id) == []
    assert await money("revenue:EUR") == (450, 0)
    await assert_books_balance()


async def test_an_order_that_is_not_secured_is_left_alone() -> None:
    answer = await kept(order_in())
    assert await fulfil(answer.id) == []
    assert await state(answer.id) == "received"


async def test_an_order_whose_money_is_not_held_is_not_handed_out() -> None:
    answer = await kept(order_in())
    await secure(answer.id)
    await rows("UPDATE transfer SET state = 'voided' WHERE order_id = $1", answer.id)
    with pytest.raises(NotHeld, match=str(answer.id)):
        await fulfil(answer.id)
    assert await state(answer.id) == "secured"
    assert await units("TEA-GREEN") == (10, 1)


async def test_the_house_is_credited_once_for_a_whole_batch() -> None:
    answers = [await kept(order_in()) for _ in range(5)]
    await secure(*(answer.id for answer in answers))
    version = (
        "SELECT b.version FROM balance b JOIN account a ON a.id = b.account WHERE a.code = 'revenue:EUR'"
    )
    before = (await rows(version))[0]["version"]
    assert len(await fulfil(*(answer.id for answer in answers))) == 5
    assert (await rows(version))[0]["version"] == before + 1
    assert await money("revenue:EUR") == (2250, 0)


@pytest.mark.usefixtures("no_deadlock")
async def test_batches_beside_each_other_fulfil_each_order_once() -> None:
    answers = await asyncio.gather(*(kept(order_in(("TEA-BLACK", 1))) for _ in range(10)))
    ids = [answer.id for answer in answers]
    await secure(*ids)
    done = await asyncio.gather(fulfil(*ids), fulfil(*ids[::-1]), fulfil(*ids[3:]))
    assert sorted(id for ids in done for id in ids) == sorted(ids)
    assert await units("TEA-BLACK") == (0, 0)
    assert await money("revenue:EUR") == (3000, 0)
    await assert_books_balance()


@pytest.mark.usefixtures("no_deadlock")
async def test_securing_and_fulfilling_beside_each_other_do_not_deadlock() -> None:
    first = [(await kept(order_in(("TEA-GREEN", 1)))).id for _ in range(5)]
    second = [(await kept(order_in(("TEA-GREEN", 1), ("TEA-BLACK", 1)))).id for _ in range(5)]
    await secure(*first)
    await asyncio.gather(
        *(fulfil(id) for id in first), *(secure(id) for id in second), *(fulfil(id) for id in first[::-1])
    )
    assert await units("TEA-GREEN") == (5, 5)
    await assert_books_balance()
