"""A person's hand on a job: cancel what nobody runs, run again what failed or was cancelled."""

from dataclasses import dataclass
from uuid import UUID

from jobs import db, moves
from jobs.rules.actions import actions
from jobs.statements import sql


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it. ``code`` is "" where it was done, else why not (jobs/rules/actions.py, ``unknown``, or
    ``moved-on``). ``state`` is the job's now; ``subject`` is told where it was done.
    """

    id: UUID
    state: str = ""
    code: str = ""
    task: str = ""
    subject: str = ""


async def cancel(tx: db.Transaction, id: UUID, *, actor: str, reason: str = "") -> Answer:
    """A job that is scheduled, waiting or ready goes to history as cancelled; another one stays as it is."""
    return await _do(tx, "cancel", id, actor, reason)


async def retry(tx: db.Transaction, id: UUID, *, actor: str, reason: str = "") -> Answer:
    """A job that failed or was cancelled moves back to its queue under its id; another one stays as it is.

    Its attempts so far stay, and it has at least one more.
    """
    return await _do(tx, "retry", id, actor, reason)


async def cancel_about(subject: str, *, actor: str, reason: str) -> None:
    """Cancel what is still to run about this subject, each job in a transaction of its own."""
    async with db.connection() as conn:
        ids = [row["id"] for row in await conn.fetch(sql("jobs_to_come"), subject)]
    for id in ids:
        async with db.transaction() as tx:
            await cancel(tx, id, actor=actor, reason=reason)


async def _do(tx: db.Transaction, action: str, id: UUID, actor: str, reason: str) -> Answer:
    row = await tx.conn.fetchrow(sql(action), id, actor, reason)
    if row is not None:
        tx.announce(*moves.moved([row]))
        return Answer(id, row["state"], task=row["task"], subject=row["subject"])
    found = await tx.conn.fetchrow(sql("job_state"), id)
    if found is None:
        return Answer(id, code="unknown")
    # Between the two statements it may have moved into a state that would allow it.
    return Answer(id, found["state"], actions(found["state"])[action] or "moved-on", task=found["task"])
