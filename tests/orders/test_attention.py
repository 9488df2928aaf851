"""Calling a person: said once, in words, where people look."""

from uuid import UUID

import pytest

from jobs import db
from jobs.changes import Change
from orders.attention import call_person
from tests.orders.desk import assert_books_balance, detail, fulfil, kept, order_in, rows, secure

pytestmark = pytest.mark.usefixtures("shop")


async def call(order: UUID, reason: str) -> bool:
    async with db.transaction() as tx:
        return await call_person(tx, order, reason, actor="task:alert")


async def test_the_order_its_timeline_and_the_audit_say_why(heard: list[Change]) -> None:
    answer = await kept(order_in())
    heard.clear()
    assert await call(answer.id, "secure failed for good: no luck")
    order = await detail(answer.id)
    assert (order["state"], order["version"]) == ("received", 2)
    assert order["attention"] == "secure failed for good: no luck"
    assert (order["events"][-1]["state"], order["events"][-1]["actor"]) == ("received", "task:alert")
    assert heard == [Change("order", str(answer.id), 2)]
    audited = await rows("SELECT subject, reason FROM audit WHERE action = 'order.attention'")
    assert audited == [{"subject": f"order:{answer.id}", "reason": order["attention"]}]
    await assert_books_balance()


async def test_the_first_reason_stays_until_the_order_moves() -> None:
    answer = await kept(order_in())
    assert await call(answer.id, "first")
    assert not await call(answer.id, "second")
    assert (await detail(answer.id))["attention"] == "first"
    await secure(answer.id)
    assert (await detail(answer.id))["attention"] == ""


async def test_an_order_at_its_end_or_that_nobody_knows_needs_nobody() -> None:
    answer = await kept(order_in())
    await secure(answer.id)
    await fulfil(answer.id)
    assert not await call(answer.id, "too late")
    assert not await call(UUID(int=1), "who?")
    assert (await detail(answer.id))["attention"] == ""
