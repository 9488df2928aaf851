"""Tasks for the engine's tests. ``gates`` lets a test say when a handler may go on."""

import asyncio
import contextlib
import threading
from collections import defaultdict
from typing import Any

from jobs import Cancel, Context, Retry, Snooze, constant, task
from jobs.outcome import ClaimedJob


class Gate:
    """A handler announces itself by ``entered`` and waits for ``opened``."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()
        self.opened = asyncio.Event()


gates: dict[str, Gate] = defaultdict(Gate)
calls: dict[str, list[Any]] = defaultdict(list)


@task
async def add(a: int, b: int) -> int:
    return a + b


@task
def add_plainly(a: int, b: int) -> list[Any]:
    return [a + b, threading.current_thread().name.startswith("jobs.handler")]


@task(takes_context=True)
async def whoami(context: Context) -> dict[str, Any]:
    return {"id": str(context.job_id), "attempt": context.attempt, "result_id": context.task_result.id}


@task(retry=constant(attempts=3, wait=0.01))
async def fails_until(name: str, good: int) -> int:
    calls[name].append(1)
    if len(calls[name]) < good:
        raise ValueError(f"try {len(calls[name])}")
    return len(calls[name])


@task(timeout=0.05, retry=constant(attempts=1))
async def sleeps_for_ever() -> None:
    await asyncio.Event().wait()


@task(retry=constant(attempts=2, wait=0))
async def waits_at(name: str) -> str:
    gate = gates[name]
    gate.entered.set()
    await gate.opened.wait()
    return name


@task(retry=constant(attempts=2, wait=0))
async def swallows_one_cancel(name: str) -> None:
    gates[name].entered.set()
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        calls[name].append("swallowed")
    await asyncio.Event().wait()


@task
async def ignores_cancels(name: str) -> None:
    gate = gates[name]
    gate.entered.set()
    while not gate.opened.is_set():
        with contextlib.suppress(asyncio.CancelledError):
            await gate.opened.wait()


@task
async def cancels_itself_and_returns() -> None:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()


@task(takes_context=True, retry=constant(attempts=3, wait=0))
async def finishes_in_transaction(context: Context, name: str) -> None:
    calls[name].append(context.attempt)
    async with context.transaction(finish={"by": name}) as tx:
        await tx.conn.execute("INSERT INTO pace (key) VALUES ($1)", name)


@task(takes_context=True, retry=constant(attempts=3, wait=0))
async def writes_then_waits(context: Context, name: str) -> None:
    gates[name].entered.set()
    await gates[name].opened.wait()
    async with context.transaction(finish=True) as tx:
        await tx.conn.execute("INSERT INTO pace (key) VALUES ($1)", name)


@task(takes_context=True, batch=10, retry=constant(attempts=1))
async def in_batches(context: Context, jobs: list[ClaimedJob]) -> None:
    calls["in_batches"].append(len(jobs))
    async with context.transaction(finish=True) as tx:
        for job in jobs:
            if job.args[0] == "bad":
                raise ValueError("a bad one")
            tx.finish(job.args[0], job.id)


@task
async def asks(what: str) -> Any:
    if what == "cancel":
        raise Cancel("not needed")
    if what == "snooze":
        calls["snooze"].append(1)
        return Snooze(0.01) if len(calls["snooze"]) < 5 else "awake"
    calls["retry"].append(1)
    if len(calls["retry"]) < 2:
        raise Retry(0.01, "come back")
    return "back"


@task(retry=constant(attempts=1))
async def returns(what: str) -> Any:
    return {"nul": "a\x00b", "object": object(), "surrogate": "\ud800", "fine": [1, "two", None]}[what]


@task(retry=constant(attempts=1))
async def exits() -> None:
    raise SystemExit(3)


@task(retry=constant(attempts=1))
async def cancels_itself() -> None:
    raise asyncio.CancelledError


ONCE = constant(attempts=1)


@task(takes_context=True)
async def hears_of_it(context: Context, what: str, **told: str) -> list[Any]:
    return [what, told]


@task(retry=constant(attempts=2, wait=0), if_failed=hears_of_it)
async def breaks(what: str, how: str = "") -> None:
    raise ValueError("in pieces")


def _tell_a_hundred(context: Context) -> None:
    for done in range(1, 101):
        context.progress(done, 100, "the last\x00 of them")


@task(takes_context=True, retry=ONCE)
async def tells(context: Context, how: str) -> None:
    _tell_a_hundred(context)
    if how == "raises":
        raise ValueError("at the end")
    if how == "finishes":
        async with context.transaction(finish=True):
            pass


@task(takes_context=True)
def tells_from_a_thread(context: Context, how: str) -> None:
    _tell_a_hundred(context)


@task(takes_context=True)
async def tells_and_waits(context: Context, name: str) -> None:
    context.progress(1, 3, "waiting")
    await gates[name].opened.wait()
