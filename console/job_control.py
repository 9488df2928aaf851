"""Cancelling and retrying jobs from a door: with the audit, and a word to the order that waits for one."""

from typing import Literal
from uuid import UUID

from jobs import control, db
from jobs.control import Answer
from orders.attention import call_person
from orders.audit import write_audit

Action = Literal["cancel", "retry"]


async def control_job(action: Action, id: UUID, *, actor: str, reason: str = "") -> Answer:
    """Do it in one transaction with its audit row. Locks the job, then its order.

    An order whose job is cancelled says that it needs a person.
    """

    async def work() -> Answer:
        async with db.transaction() as tx:
            return await _control(tx, action, id, actor, reason)

    return await db.retrying(work)


async def _control(tx: db.Transaction, action: Action, id: UUID, actor: str, reason: str) -> Answer:
    do = control.cancel if action == "cancel" else control.retry
    answer = await do(tx, id, actor=actor, reason=reason)
    if answer.code:
        return answer
    if action == "cancel" and (order := order_of(answer.subject)):
        name = answer.task.rpartition(".")[2]
        await call_person(tx, order, f"its job {name} was cancelled", actor=actor)
    data = {"task": answer.task}
    subject = f"job:{id}"
    await write_audit(tx, actor=actor, action=f"job.{action}", subject=subject, reason=reason, data=data)
    return answer


def order_of(subject: str) -> UUID | None:
    """The order a job is about, by its subject ``order:<id>``."""
    kind, _, id = subject.partition(":")
    try:
        return UUID(id) if kind == "order" else None
    except ValueError:
        return None
