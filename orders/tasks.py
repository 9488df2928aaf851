"""The jobs of an order: secure it, ask carriers for a quote where the settings name some, fulfil it.

Steps of your own come in between: orders/steps.py.
"""

from collections.abc import Sequence
from typing import NoReturn
from uuid import UUID

from django.conf import settings

from jobs import Context, exponential, task
from jobs.db import retrying
from jobs.enqueue import NewJob, new_job
from jobs.outcome import ClaimedJob
from jobs.rules.retry import should_retry
from orders.attention import call_person
from orders.carriers import Reply, all_told, ask_carriers
from orders.fulfil import fulfil_orders
from orders.onward import onward
from orders.quote import Round, break_off, close_round, open_round
from orders.secure import secure_orders

#: A step is tried for longer than a database takes to come back: each crash or cut uses up an attempt.
PATIENTLY = exponential(attempts=8, cap=60.0)


class NoQuote(Exception):
    """No carrier gave a quote in this round, and one at least said why."""


class NoAnswer(Exception):
    """No carrier answered in this round: they are away, or we are. It says nothing about the order."""


@task(queue_name="orders", takes_context=True, retry=exponential(attempts=20, cap=60.0))
async def alert(context: Context, order_id: str, *, failed: str, error: str) -> None:
    """A step of this order failed for good: say so where people look."""
    reason = f"{failed.rpartition('.')[2]} failed for good: {error}"
    async with context.transaction(finish=None) as tx:
        await break_off(tx, UUID(order_id))
        await call_person(tx, UUID(order_id), reason, actor="task:alert")


@task(queue_name="orders", takes_context=True, retry=PATIENTLY, batch=300, if_failed=alert)
async def secure(context: Context, jobs: Sequence[ClaimedJob]) -> None:
    """Reserve stock and hold money for the orders of all these jobs, in one transaction."""

    async def work() -> None:
        async with context.transaction(finish=True) as tx:
            by_order = {UUID(job.args[0]): job.id for job in jobs}
            for answer in await secure_orders(tx, list(by_order), following=onward, actor="task:secure"):
                tx.results[by_order[answer.order]] = {"state": answer.state, "reason": answer.reason}

    await retrying(work)


def _fulfilling(order: UUID) -> NewJob:
    return new_job(fulfil, str(order), subject=f"order:{order}")


@task(queue_name="outside", takes_context=True, retry=exponential(attempts=5, cap=60.0), if_failed=alert)
async def quote(context: Context, order_id: str) -> None:
    """Ask the carriers side by side; with the first good answer the order goes on to be fulfilled."""
    order, carriers = UUID(order_id), dict(settings.CARRIERS)
    async with context.transaction() as tx:
        asked = await open_round(tx, order, carriers, number=context.attempt, actor="task:quote")
        if asked is None:  # it moved on without a quote
            tx.finish()
    if asked is None:
        return
    replies = await ask_carriers(carriers, order=order_id, weight=asked.weight)
    winner = next((reply for reply in replies if reply.state == "won"), None)
    if winner is None and carriers:
        await _give_up_round(context, asked, replies)
    won = {"carrier": winner.carrier, "price": winner.price, "currency": winner.currency} if winner else None
    async with context.transaction(finish={"asked": list(carriers), "won": won}) as tx:
        await close_round(tx, asked, replies, following=_fulfilling(order), actor="task:quote")


async def _give_up_round(context: Context, asked: Round, replies: Sequence[Reply]) -> NoReturn:
    """Keep what the carriers said, then fail the attempt: the job's retry policy says what comes next."""
    last = not should_retry(context.attempt, context.jobs[0].max_attempts)
    async with context.transaction() as tx:
        await close_round(
            tx, asked, replies, following=_fulfilling(asked.order), actor="task:quote", last=last
        )
    nobody = all(reply.unanswered for reply in replies)
    raise (NoAnswer if nobody else NoQuote)(all_told(replies))


@task(queue_name="orders", takes_context=True, retry=PATIENTLY, batch=300, if_failed=alert)
async def fulfil(context: Context, jobs: Sequence[ClaimedJob]) -> None:
    """Pay for and hand out the orders of all these jobs, in one transaction."""

    async def work() -> None:
        async with context.transaction(finish=True) as tx:
            by_order = {UUID(job.args[0]): job.id for job in jobs}
            for order in await fulfil_orders(tx, list(by_order), actor="task:fulfil"):
                tx.results[by_order[order]] = {"state": "fulfilled"}

    await retrying(work)
