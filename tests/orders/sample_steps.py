"""Steps of the tests' own. ``seen`` holds what each was given; ``at_work`` may hold it up or break it."""

from collections.abc import Awaitable, Callable

from jobs import Cancel, constant, task
from orders.steps import SecuredOrder, step

seen: list[tuple[str, SecuredOrder]] = []
at_work: list[Callable[[], Awaitable[None]]] = []


async def _note(name: str, order: SecuredOrder) -> None:
    seen.append((name, order))
    for work in at_work:
        await work()


@step
async def wrap(order: SecuredOrder) -> str:
    await _note("wrap", order)
    return f"{sum(line.quantity for line in order.lines)} gifts wrapped for {order.customer}"


@step(retry=constant(2, wait=0.0), timeout=5.0)
async def weigh(order: SecuredOrder) -> None:
    await _note("weigh", order)


@step
async def refuse(order: SecuredOrder) -> str:
    raise Cancel("no gift for \x00 a competitor")


@step(retry=constant(1))
async def numbers(order: SecuredOrder) -> str:
    return 7  # type: ignore[return-value]


@task
async def no_step(order: str) -> str:
    return order
