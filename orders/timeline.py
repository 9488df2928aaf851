"""Moving orders: the state, the timeline and the announcement, always together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from jobs.changes import Change
from jobs.db import Transaction, by_column
from orders.rules import moves
from orders.statements import sql


@dataclass(frozen=True, slots=True)
class Move:
    """One order from the state it is in (its row is locked) to the next; ``reason`` is in words."""

    order: UUID
    state: str
    onward: str
    reason: str = ""
    data: dict[str, Any] = field(default_factory=dict)


class LostMove(RuntimeError):
    """An order was not in the state a move expected, although its row was locked."""


async def move_orders(tx: Transaction, steps: Sequence[Move], *, actor: str) -> None:
    """Move orders whose rows this transaction has locked; call it once, after the last balance.

    A move ends what the order needed a person for. Raises IllegalMove and LostMove; neither writes anything
    that outlives the transaction.
    """
    for step in steps:
        moves.check(step.state, step.onward)
    refusals = [step.reason if step.onward == "rejected" else "" for step in steps]
    rows = await tx.conn.fetch(
        sql("move_orders"),
        [step.order for step in steps],
        [step.state for step in steps],
        [step.onward for step in steps],
        refusals,
    )
    if len(rows) != len(steps):
        raise LostMove(f"{len(steps) - len(rows)} of {len(steps)} orders were not in the state expected")
    await add_events(tx, [(step.order, step.onward, step.reason, step.data) for step in steps], actor=actor)
    tx.announce(*(Change("order", str(row["id"]), row["version"]) for row in rows))


async def add_events(
    tx: Transaction, events: Sequence[tuple[UUID, str, str, dict[str, Any]]], *, actor: str
) -> None:
    """Append to timelines: order, the state it is in now, reason in words, data."""
    orders, states, reasons, data = by_column(events, 4)
    await tx.conn.execute(sql("insert_events"), orders, states, reasons, data, actor)
