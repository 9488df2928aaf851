"""Cancelling an order: its goods go back on the shelf, its money to the wallet, its jobs are called off."""

from dataclasses import dataclass
from uuid import UUID

from jobs import db
from jobs.control import cancel_about
from orders.audit import write_audit
from orders.balances import change_balances, lock_balances
from orders.rules.actions import actions
from orders.rules.ledger import Entry, void
from orders.statements import sql
from orders.timeline import Move, move_orders


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What came of it: ``state`` the order is in now, ``code`` is "" where this call cancelled it.

    Else the code says why not (orders/rules/actions.py), or ``unknown``: then there is no such order.
    """

    state: str = ""
    number: int = 0
    code: str = "unknown"


async def cancel(order: UUID, *, actor: str, reason: str = "") -> Cancelled:
    """Cancel an order that is on its way. A second time changes nothing; who comes after its end is told.

    Whoever holds the order touches no job: its jobs are cancelled after the commit. One that runs meanwhile,
    or that a crash in between leaves, finds the order cancelled and does nothing.
    """

    async def work() -> Cancelled:
        async with db.transaction() as tx:
            return await _cancel(tx, order, actor, reason)

    answer = await db.retrying(work)
    if not answer.code:
        await cancel_about(f"order:{order}", actor=actor, reason=f"order {answer.number} was cancelled")
    return answer


async def _cancel(tx: db.Transaction, order: UUID, actor: str, reason: str) -> Cancelled:
    row = await tx.conn.fetchrow(sql("lock_orders"), [order])
    if row is None:
        return Cancelled()
    if code := actions(row["state"])["cancel"]:
        return Cancelled(row["state"], row["number"], code)
    await _give_back_stock(tx, order)
    await _give_back_money(tx, order)
    await move_orders(tx, [Move(order, row["state"], "cancelled", reason)], actor=actor)
    await write_audit(
        tx,
        actor=actor,
        action="order.cancel",
        subject=f"order:{order}",
        reason=reason,
        data={"from": row["state"], "orders": [str(order)]},
    )
    return Cancelled("cancelled", row["number"], "")


async def _give_back_stock(tx: db.Transaction, order: UUID) -> None:
    rows = await tx.conn.fetch(sql("find_reservations"), [order])
    skus, units = [row["sku"] for row in rows], [-row["quantity"] for row in rows]
    await tx.conn.fetch(sql("lock_stock"), skus)
    await tx.conn.execute(sql("change_stock"), skus, [0] * len(skus), units)
    await tx.conn.execute(sql("release_reservations"), [order])


async def _give_back_money(tx: db.Transaction, order: UUID) -> None:
    rows = await tx.conn.fetch(sql("find_holds"), [order])
    deltas = void(Entry(row["debit"], row["credit"], row["amount"]) for row in rows)
    await lock_balances(tx, list(deltas))
    await tx.conn.execute(sql("void_holds"), [order])
    await change_balances(tx, deltas)
