"""An order that cannot go on by itself says in words why a person is needed."""

from uuid import UUID

from jobs.changes import Change
from jobs.db import Transaction
from orders.audit import write_audit
from orders.rules.moves import FINAL, MOVES
from orders.statements import sql
from orders.timeline import add_events


async def call_person(tx: Transaction, order: UUID, reason: str, *, actor: str) -> bool:
    """Note ``reason`` as what an order needs a person for; whether it was noted.

    An order that is at its end needs nobody, and one that says already why it needs somebody goes on saying
    that. The order's next move clears it.
    """
    row = await tx.conn.fetchrow(sql("call_person"), order, reason, sorted(MOVES.keys() - FINAL))
    if row is None:
        return False
    await add_events(tx, [(order, row["state"], reason, {})], actor=actor)
    tx.announce(Change("order", str(order), row["version"]))
    await write_audit(
        tx,
        actor=actor,
        action="order.attention",
        subject=f"order:{order}",
        reason=reason,
        data={"orders": [str(order)]},
    )
    return True
