"""A round of quotes for one order: written down before the carriers are asked, and again when they answered.

The call itself is in between, outside of any transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from uuid_utils.compat import uuid7

from jobs import db
from jobs.changes import Change
from jobs.enqueue import NewJob, enqueue_on
from orders.audit import write_audit
from orders.carriers import Reply, all_told, told
from orders.statements import sql
from orders.timeline import Move, add_events, move_orders


@dataclass(frozen=True, slots=True)
class Round:
    """The questions of one attempt: the quote row of each carrier, and the units to be carried."""

    order: UUID
    number: int
    weight: int
    questions: dict[str, UUID]


async def open_round(
    tx: db.Transaction, order: UUID, carriers: Iterable[str], *, number: int, actor: str, reason: str = ""
) -> Round | None:
    """Write down that these carriers will be asked, the order now fulfilling; None where it no longer waits.

    Questions an earlier round left open are closed as broken off. ``number`` rises with each round of an
    order.
    """
    state = await _lock(tx, order)
    if state not in ("secured", "fulfilling"):
        return None
    questions = {carrier: uuid7() for carrier in carriers}
    weight = await tx.conn.fetchval(sql("count_units"), order)
    await break_off(tx, order)
    names, ids = list(questions), list(questions.values())
    await tx.conn.execute(sql("insert_quotes"), order, number, ids, names)
    if state == "secured":
        await move_orders(tx, [Move(order, state, "fulfilling", _asking(names))], actor=actor)
    else:
        await _touch(tx, order)
    data = {"round": number, "carriers": names, "orders": [str(order)]}
    await write_audit(tx, actor=actor, action="order.ask", subject=f"order:{order}", reason=reason, data=data)
    return Round(order, number, weight, questions)


async def break_off(tx: db.Transaction, order: UUID) -> None:
    """Nobody will hear the answers that this order's rounds still wait for."""
    await tx.conn.execute(sql("close_quotes"), order)


async def close_round(
    tx: db.Transaction,
    asked: Round,
    replies: Sequence[Reply],
    *,
    following: NewJob,
    actor: str,
    last: bool = False,
) -> None:
    """Write down what the carriers answered; with a winner, or nobody to ask, enqueue ``following``.

    Without a winner the next round decides; after the ``last`` one the order says that it needs a person.
    An order that moved on meanwhile only keeps the answers.
    """
    state = await _lock(tx, asked.order)
    answers = [
        (asked.questions[reply.carrier], reply.state, reply.price, reply.currency, reply.detail)
        for reply in replies
    ]
    await tx.conn.execute(sql("answer_quotes"), *db.by_column(answers, 5))
    winner = next((reply for reply in replies if reply.state == "won"), None)
    answered = all_told(replies) or "nobody to ask"
    said = told(winner) if winner else f"no quote: {answered}"
    stuck = f"no carrier gave a quote in {asked.number} rounds; the last time {answered}"
    attention = stuck if last and winner is None else ""
    if state == "fulfilling":
        await _touch(tx, asked.order, attention)
        event = {"round": asked.number, "carrier": winner.carrier if winner else None}
        await add_events(tx, [(asked.order, state, said, event)], actor=actor)
        if winner or not asked.questions:
            await enqueue_on(tx, [following])
    await write_audit(
        tx,
        actor=actor,
        action="order.quote",
        subject=f"order:{asked.order}",
        reason=said,
        data={"round": asked.number, "orders": [str(asked.order)]},
    )


def _asking(names: Sequence[str]) -> str:
    return "asking " + (", ".join(names) or "nobody")


async def _lock(tx: db.Transaction, order: UUID) -> str | None:
    row = await tx.conn.fetchrow(sql("lock_orders"), [order])
    return row["state"] if row else None


async def _touch(tx: db.Transaction, order: UUID, attention: str = "") -> None:
    version = await tx.conn.fetchval(sql("touch_order"), order, attention)
    tx.announce(Change("order", str(order), version))
