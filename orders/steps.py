"""Order steps of your own: what has to happen to a secured order before it is fulfilled.

A function decorated with ``@step`` and named in the setting ORDER_STEPS is called for each order. It runs
outside of any transaction and may ask anybody; what it says and the order's next job are one commit.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial, update_wrapper
from inspect import iscoroutinefunction
from typing import Any, overload
from uuid import UUID

from jobs import Cancel, Context, Retry, RetryPolicy, Snooze, Task, db, exponential, task
from jobs.changes import Change
from jobs.encode import words
from jobs.enqueue import enqueue_on
from orders.attention import call_person
from orders.audit import write_audit
from orders.onward import onward
from orders.statements import sql
from orders.tasks import alert
from orders.timeline import add_events

#: How a step is tried unless it says otherwise; in seconds how long one try may take.
RETRY, TIMEOUT = exponential(attempts=5, cap=60.0), 60.0
#: Characters of a step's words that the timeline keeps.
MOST_WORDS = 500


@dataclass(frozen=True, slots=True)
class SecuredLine:
    """One line of it; the price of a unit in minor units."""

    sku: str
    quantity: int
    unit_price: int


@dataclass(frozen=True, slots=True)
class SecuredOrder:
    """An order whose stock is reserved and whose money is held; the total in minor units."""

    id: UUID
    number: int
    customer: str
    currency: str
    total: int
    lines: tuple[SecuredLine, ...]


Step = Callable[[SecuredOrder], Awaitable[str | None]]


@overload
def step(function: Step) -> Task: ...


@overload
def step(*, retry: RetryPolicy = RETRY, timeout: float | None = TIMEOUT) -> Callable[[Step], Task]: ...


def step(function: Step | None = None, *, retry: RetryPolicy = RETRY, timeout: float | None = TIMEOUT) -> Any:
    """Make a task out of a module-level async function from a secured order to words, or None.

    The words stand in the order's timeline. Whatever it raises is tried again as ``retry`` says; after the
    last try, and at once where it raises Cancel, the order says that it needs a person. It may be called
    more than once for an order (a worker can die); what follows is written exactly once.
    """
    if function is None:
        return partial(step, retry=retry, timeout=timeout)
    if not iscoroutinefunction(function):
        raise TypeError(f"a step is an async function: {function!r} is none")

    async def run(context: Context, order_id: str) -> None:
        await _run(function, context, UUID(order_id))

    update_wrapper(run, function)
    del run.__wrapped__  # type: ignore[attr-defined]  # django.tasks would look for the context there
    run.is_step = True  # type: ignore[attr-defined]
    options: dict[str, Any] = {"retry": retry, "timeout": timeout, "if_failed": alert}
    return task(queue_name="outside", takes_context=True, **options)(run)


def is_step(found: Task) -> bool:
    """Whether this task was made by ``step``."""
    return getattr(found.func, "is_step", False)


async def _run(function: Step, context: Context, id: UUID) -> None:
    path, actor = context.task.module_path, f"task:{context.task.func.__name__}"
    order = await _read(id, path)
    try:
        said = await function(order) if order else None
        if isinstance(said, Cancel | Retry | Snooze):
            raise said
    except Cancel as cancel:
        async with context.transaction() as tx:
            await call_person(tx, id, words(cancel.reason, MOST_WORDS), actor=actor)
        raise
    if said is not None and not isinstance(said, str):
        raise TypeError(f"a step returns words or None, not {type(said).__name__}")

    async def work() -> None:
        async with context.transaction(finish={"said": said}) as tx:
            await take_step(tx, id, path, words(said or "", MOST_WORDS), actor=actor)

    await db.retrying(work)


async def _read(id: UUID, path: str) -> SecuredOrder | None:
    """The order as the step sees it; None where it moved on, or has done this step."""
    async with db.connection() as conn:
        found = await conn.fetchrow(sql("order_rows"), [id])
        if found is None or found["state"] != "secured" or path in await _done(conn, id):
            return None
        lines = await conn.fetch(sql("order_lines"), id)
    return SecuredOrder(
        id=id,
        number=found["number"],
        customer=found["customer"],
        currency=found["currency"],
        total=found["total"],
        lines=tuple(SecuredLine(line["sku"], line["quantity"], line["unit_price"]) for line in lines),
    )


async def _done(conn: db.Connection, id: UUID) -> set[str]:
    return {row["step"] for row in await conn.fetch(sql("find_steps"), id)}


async def take_step(
    tx: db.Transaction, order: UUID, path: str, said: str, *, actor: str, reason: str = ""
) -> bool:
    """Write down that an order has done the step at ``path``, and enqueue what follows; whether it was so.

    An order that is no longer secured, or has done this step already, stays as it is. What it needed a person
    for ends with it.
    """
    row = await tx.conn.fetchrow(sql("lock_orders"), [order])
    # After the lock, in a statement of its own: its snapshot sees what the lock's last owner wrote.
    done = await _done(tx.conn, order)
    if row is None or row["state"] != "secured" or path in done:
        return False
    version = await tx.conn.fetchval(sql("touch_order"), order, "")
    tx.announce(Change("order", str(order), version))
    await add_events(tx, [(order, row["state"], said, {"step": path})], actor=actor)
    await enqueue_on(tx, [onward(order, done | {path})])
    await write_audit(
        tx,
        actor=actor,
        action="order.step",
        subject=f"order:{order}",
        reason=reason or said,
        data={"step": path, "orders": [str(order)]},
    )
    return True
