"""Cancelling: nothing stays reserved or held, and of a cancel and a fulfil one wins."""

import asyncio
from uuid import UUID, uuid4

import pytest

from jobs.changes import Change
from orders.cancel import Cancelled, cancel
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


async def call_off(order: UUID, reason: str = "not wanted") -> Cancelled:
    return await cancel(order, actor="user:ada", reason=reason)


async def audited(order: UUID) -> list[dict[str, str]]:
    statement = "SELECT actor, reason FROM audit WHERE action = 'order.cancel' AND subject = $1"
    return await rows(statement, f"order:{order}")


async def test_a_received_order_is_cancelled_with_who_and_why() -> None:
    answer = await kept(order_in())
    done = await call_off(answer.id)
    order = await detail(answer.id)
    assert (done.state, done.number, done.code) == ("cancelled", order["number"], "")
    assert (order["state"], order["version"]) == ("cancelled", 2)
    last = order["events"][-1]
    assert (last["state"], last["actor"], last["reason"]) == ("cancelled", "user:ada", "not wanted")
    assert await audited(answer.id) == [{"actor": "user:ada", "reason": "not wanted"}]
    await assert_books_balance()


@pytest.mark.parametrize("before", ["secured", "fulfilling"])
async def test_what_was_reserved_and_held_is_free_again(before: str) -> None:
    answer = await kept(order_in(("TEA-GREEN", 2), ("TEA-BLACK", 1)))
    await secure(answer.id)
    await rows("UPDATE orders SET state = $2 WHERE id = $1", answer.id, before)
    assert (await money("wallet:C001:EUR"), await units("TEA-GREEN")) == ((10_000, 1200), (10, 2))
    assert (await call_off(answer.id)).code == ""
    assert await money("wallet:C001:EUR") == (10_000, 0)
    assert (await units("TEA-GREEN"), await units("TEA-BLACK")) == ((10, 0), (10, 0))
    order = await detail(answer.id)
    assert [(t["state"], t["settled_at"] is None) for t in order["transfers"]] == [("voided", False)]
    assert {row["state"] for row in await rows("SELECT state FROM reservation")} == {"released"}
    await assert_books_balance()


async def test_its_jobs_are_cancelled_after_it_and_say_why() -> None:
    answer = await kept(order_in())
    await secure(answer.id)
    number = (await call_off(answer.id)).number
    jobs = (await detail(answer.id))["jobs"]
    why = f"order {number} was cancelled"
    assert [(job["state"], job["error"]) for job in jobs] == [("cancelled", why)] * 2


async def test_a_second_time_changes_nothing_and_says_so(heard: list[Change]) -> None:
    answer = await kept(order_in())
    await call_off(answer.id)
    heard.clear()
    again = await call_off(answer.id)
    assert (again.state, again.code) == ("cancelled", "cancelled")
    assert heard == []
    assert len(await audited(answer.id)) == 1


@pytest.mark.parametrize(("end", "code"), [("fulfilled", "paid"), ("rejected", "over"), ("failed", "over")])
async def test_an_order_at_its_end_stays_as_it_is(end: str, code: str) -> None:
    answer = await kept(order_in())
    await rows("UPDATE orders SET state = $2 WHERE id = $1", answer.id, end)
    assert ((await call_off(answer.id)).code, await state(answer.id)) == (code, end)
    assert await audited(answer.id) == []


async def test_an_order_nobody_knows_is_said_to_be_unknown() -> None:
    assert await call_off(uuid4()) == Cancelled(code="unknown")


async def test_a_cancelled_order_needs_nobody_any_more() -> None:
    answer = await kept(order_in())
    await rows("UPDATE orders SET attention = 'look' WHERE id = $1", answer.id)
    await call_off(answer.id)
    assert (await detail(answer.id))["attention"] == ""


@pytest.mark.usefixtures("no_deadlock")
async def test_of_a_cancel_and_a_fulfil_one_wins() -> None:
    ids = [(await kept(order_in(("TEA-BLACK", 1)))).id for _ in range(10)]
    await secure(*ids)
    answers, *_rest = await asyncio.gather(
        asyncio.gather(*(call_off(id) for id in ids)), *(fulfil(id) for id in ids[::-1])
    )
    ends = [await state(id) for id in ids]
    assert [answer.state for answer in answers] == ends
    assert {"", "paid"} >= {answer.code for answer in answers}
    paid = ends.count("fulfilled")
    assert ends.count("cancelled") == 10 - paid
    assert await units("TEA-BLACK") == (10 - paid, 0)
    assert await money("revenue:EUR") == (300 * paid, 0)
    await assert_books_balance()


@pytest.mark.usefixtures("no_deadlock")
async def test_of_many_who_cancel_one_does_it() -> None:
    answer = await kept(order_in())
    await secure(answer.id)
    codes = sorted([done.code for done in await asyncio.gather(*(call_off(answer.id) for _ in range(5)))])
    assert codes == ["", *["cancelled"] * 4]
    assert len(await audited(answer.id)) == 1
    await assert_books_balance()
