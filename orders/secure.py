"""Reserving stock and holding money for many orders in one transaction: each of them whole, or rejected."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from jobs import db
from jobs.enqueue import NewJob, enqueue_on
from orders.audit import write_audit
from orders.balances import change_balances
from orders.rules.ledger import Entry, hold
from orders.rules.secure import Decision, Wallet, Wanted, decide
from orders.statements import sql
from orders.timeline import Move, move_orders


@dataclass(frozen=True, slots=True)
class Secured:
    """What became of an order: ``secured``, or ``rejected`` with the reason in words."""

    order: UUID
    state: str
    reason: str = ""


async def secure_orders(
    tx: db.Transaction,
    orders: Sequence[UUID],
    *,
    following: Callable[[UUID], NewJob],
    actor: str,
    reason: str = "",
) -> list[Secured]:
    """Decide the received ones among these orders, the oldest first; the others are not in the answer.

    Each secured order gets the job ``following`` makes for it; a rejected one leaves nothing reserved and
    nothing held. Locks orders, then stock, then balances.
    """
    wanted = await _read_wanted(tx, orders)
    if not wanted:
        return []
    skus = sorted({sku for order in wanted for sku in order.units})
    stock = {row["sku"]: row["free"] for row in await tx.conn.fetch(sql("lock_stock"), skus)}
    wallets = await _lock_wallets(tx, wanted)
    revenue = await _find_revenue(tx, {order.currency for order in wanted})
    decisions = decide(wanted, stock, wallets, revenue)
    by_id = {order.id: order for order in wanted}
    secured = [(by_id[decision.id], decision) for decision in decisions if not decision.refusal]
    if secured:
        await _reserve(tx, [order for order, _decision in secured])
        await _hold(tx, secured, revenue, actor)
    answers = [
        Secured(decision.id, "rejected" if decision.refusal else "secured", decision.refusal)
        for decision in decisions
    ]
    await move_orders(
        tx,
        [Move(answer.order, "received", answer.state, answer.reason) for answer in answers],
        actor=actor,
    )
    await enqueue_on(tx, [following(answer.order) for answer in answers if answer.state == "secured"])
    await write_audit(
        tx, actor=actor, action="order.secure", subject="orders", reason=reason, data=_audited(answers)
    )
    return answers


async def _read_wanted(tx: db.Transaction, orders: Sequence[UUID]) -> list[Wanted]:
    """The received orders among these, locked and with what they want; the oldest first."""
    rows = await tx.conn.fetch(sql("lock_orders"), orders)
    received = [row for row in rows if row["state"] == "received"]
    units: dict[UUID, dict[str, int]] = {row["id"]: {} for row in received}
    for line in await tx.conn.fetch(sql("sum_lines"), list(units)):
        units[line["order_id"]][line["sku"]] = line["quantity"]
    return [
        Wanted(
            id=row["id"],
            customer=row["customer"],
            customer_name=row["customer_name"],
            currency=row["currency"],
            total=row["total"],
            units=units[row["id"]],
        )
        for row in sorted(received, key=lambda row: row["number"])
    ]


async def _lock_wallets(tx: db.Transaction, wanted: Sequence[Wanted]) -> dict[tuple[int, str], Wallet]:
    owners = sorted({(order.customer, order.currency) for order in wanted})
    rows = await tx.conn.fetch(sql("lock_wallets"), *db.by_column(owners, 2))
    return {(row["customer"], row["currency"]): Wallet(row["account"], row["available"]) for row in rows}


async def _find_revenue(tx: db.Transaction, currencies: set[str]) -> dict[str, int]:
    """The house's accounts by currency; not locked, a hold changes nothing on its credit side."""
    codes = [f"revenue:{currency}" for currency in sorted(currencies)]
    return {row["currency"]: row["account"] for row in await tx.conn.fetch(sql("find_revenue"), codes)}


async def _reserve(tx: db.Transaction, orders: Sequence[Wanted]) -> None:
    units: Counter[str] = Counter()
    for order in orders:
        units.update(order.units)
    reservations = [(order.id, sku, quantity) for order in orders for sku, quantity in order.units.items()]
    await tx.conn.execute(sql("change_stock"), list(units), [0] * len(units), list(units.values()))
    await tx.conn.execute(sql("insert_reservations"), *db.by_column(reservations, 3))


async def _hold(
    tx: db.Transaction, secured: Sequence[tuple[Wanted, Decision]], revenue: dict[str, int], actor: str
) -> None:
    holds = [
        (uuid7(), decision.wallet or 0, revenue[order.currency], order.total, order.currency, order.id)
        for order, decision in secured
    ]
    await tx.conn.execute(sql("insert_holds"), *db.by_column(holds, 6), actor)
    await change_balances(
        tx, hold(Entry(debit, credit, amount) for _id, debit, credit, amount, *_rest in holds)
    )


def _audited(answers: Sequence[Secured]) -> dict[str, Any]:
    return {
        "secured": [str(answer.order) for answer in answers if answer.state == "secured"],
        "rejected": {str(answer.order): answer.reason for answer in answers if answer.state == "rejected"},
    }
