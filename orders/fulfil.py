"""Fulfilling many secured orders in one transaction: their money is paid, their stock leaves the shelf."""

from collections.abc import Sequence
from uuid import UUID

from jobs import db
from orders.audit import write_audit
from orders.balances import change_balances, lock_balances
from orders.rules.ledger import Entry, settle
from orders.statements import sql
from orders.timeline import Move, move_orders

#: States from which an order is fulfilled: at once where nobody outside is asked, else after the answer.
FROM = frozenset({"secured", "fulfilling"})


class NotHeld(RuntimeError):
    """A secured order without its pending transfer: nobody would pay for it."""


async def fulfil_orders(
    tx: db.Transaction, orders: Sequence[UUID], *, actor: str, reason: str = ""
) -> list[UUID]:
    """Fulfil those of these orders that are secured or fulfilling; returns which they were.

    Locks orders, then stock, then balances; the house's revenue account is credited once for all of them.
    Raises NotHeld, having changed nothing, where an order's money is not held.
    """
    rows = await tx.conn.fetch(sql("lock_orders"), orders)
    going = [row for row in rows if row["state"] in FROM]
    if not going:
        return []
    ids = [row["id"] for row in going]
    await _consume(tx, ids)
    await _pay(tx, ids)
    await move_orders(tx, [Move(row["id"], row["state"], "fulfilled", reason) for row in going], actor=actor)
    await write_audit(
        tx,
        actor=actor,
        action="order.fulfil",
        subject="orders",
        reason=reason,
        data={"orders": [str(id) for id in ids]},
    )
    return ids


async def _consume(tx: db.Transaction, ids: Sequence[UUID]) -> None:
    rows = await tx.conn.fetch(sql("find_reservations"), ids)
    skus, units = [row["sku"] for row in rows], [-row["quantity"] for row in rows]
    await tx.conn.fetch(sql("lock_stock"), skus)
    await tx.conn.execute(sql("change_stock"), skus, units, units)
    await tx.conn.execute(sql("consume_reservations"), ids)


async def _pay(tx: db.Transaction, ids: Sequence[UUID]) -> None:
    rows = await tx.conn.fetch(sql("find_holds"), ids)
    if unpaid := set(ids) - {row["order_id"] for row in rows}:
        raise NotHeld(f"no money is held for {', '.join(sorted(map(str, unpaid)))}")
    deltas = settle(Entry(row["debit"], row["credit"], row["amount"]) for row in rows)
    await lock_balances(tx, list(deltas))
    await tx.conn.execute(sql("post_holds"), ids)
    await change_balances(tx, deltas)
