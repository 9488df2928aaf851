"""Short ways for the tests: one order in, its state, what an account or a shelf holds, books that balance."""

from typing import Any
from uuid import UUID

from jobs import db
from jobs.enqueue import NewJob, new_job
from orders import store, tasks
from orders.fulfil import fulfil_orders
from orders.ledger_check import check
from orders.schema import LineIn, OrderIn
from orders.secure import Secured, secure_orders
from orders.submit import Answer, Outcome, Submission, submit

CLIENT = 7


def order_in(
    *lines: tuple[str, int], customer: str = "C001", currency: str = "EUR", reference: str | None = None
) -> OrderIn:
    wanted = [LineIn(sku=sku, quantity=quantity) for sku, quantity in lines or [("TEA-GREEN", 1)]]
    return OrderIn(customer=customer, currency=currency, lines=wanted, reference=reference)


async def send(order: OrderIn, key: str | None = None, client: int = CLIENT) -> Outcome:
    outcomes = await submit([Submission(order, key)], client=client, actor="user:ada", door="api")
    return outcomes[0]


async def kept(order: OrderIn, key: str | None = None, client: int = CLIENT) -> Answer:
    """Submit an order that is taken in."""
    outcome = await send(order, key, client)
    assert isinstance(outcome, Answer), outcome
    return outcome


async def secure(*orders: UUID) -> list[Secured]:
    async def work() -> list[Secured]:
        async with db.transaction() as tx:
            return await secure_orders(tx, orders, following=_fulfilling, actor="task:secure")

    return await db.retrying(work)


def _fulfilling(order: UUID) -> NewJob:
    return new_job(tasks.fulfil, str(order), subject=f"order:{order}")


async def fulfil(*orders: UUID) -> list[UUID]:
    async def work() -> list[UUID]:
        async with db.transaction() as tx:
            return await fulfil_orders(tx, orders, actor="task:fulfil")

    return await db.retrying(work)


async def detail(order: UUID) -> dict[str, Any]:
    async with db.connection() as conn:
        found = await store.order_detail(conn, order)
    assert found is not None
    return found


async def state(order: UUID) -> str:
    return (await detail(order))["state"]


async def account(code: str) -> dict[str, Any]:
    async with db.connection() as conn:
        found = await store.account_detail(conn, code)
    assert found is not None
    return found


async def money(code: str) -> tuple[int, int]:
    """Posted and held, in minor units."""
    found = await account(code)
    return found["posted"], found["held"]


async def units(sku: str) -> tuple[int, int]:
    """On hand and reserved."""
    row = (await rows("SELECT on_hand, reserved FROM stock WHERE sku = $1", sku))[0]
    return row["on_hand"], row["reserved"]


async def rows(statement: str, *args: Any) -> list[dict[str, Any]]:
    async with db.connection() as conn:
        return await db.fetch_dicts(conn, statement, *args)


async def assert_books_balance() -> None:
    assert await check() == []
