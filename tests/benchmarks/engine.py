"""Our engine in a process of its own: ``python -m tests.benchmarks.engine``, told what to do line by line."""

import asyncio
import os
import random
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import django

from tests.benchmarks.protocol import LOOK, Answer, enqueued, peak_mb, serve

#: For short jobs: few slots, for a handler that waits for nothing gives its place on at once, and a buffer so
#: large that a claim is for hundreds. (Its own work in two runs on a busy machine: 94 and 121 µs a job; with
#: 500 slots and a buffer of 1,500 131 and 155.)
SLOTS, PREFETCH = 50, 1_000
#: Who enqueues one by one, side by side.
CALLERS = 50
#: Jobs a statement where there is no better way to enqueue many.
CHUNK = 5_000


@asynccontextmanager
async def running(slots: int = 0, prefetch: int = 0) -> AsyncIterator[Any]:
    """The process as it serves, with its defaults; its queue ``bench`` has these slots, or there is none."""
    from django.conf import settings

    from jobs import db
    from jobs.engine.process import Process

    queues = settings.JOBS["QUEUES"] if not slots else {"bench": {"slots": slots, "prefetch": prefetch}}
    await db.open_pool()
    process = Process(config=settings.JOBS | {"QUEUES": queues})
    await process.start()
    try:
        yield process.engine
    finally:
        await process.stop()
        await db.close_pool()


@asynccontextmanager
async def enqueueing() -> AsyncIterator[None]:
    """The process as it serves where others run the jobs."""
    from jobs import db
    from jobs.engine.process import Process

    await db.open_pool()
    process = Process(run_jobs=False)
    await process.start()
    try:
        yield
    finally:
        await process.stop()
        await db.close_pool()


async def load(number: int, task: Any = None) -> Answer:
    """Enqueue no-op jobs by the fastest way there is, to be drained."""
    from tests.benchmarks.tasks import noop

    async with enqueueing():
        return await _load(number, task or noop)


async def load_sleepers(number: int) -> Answer:
    from tests.benchmarks.tasks import sleeper

    return await load(number, sleeper)


async def _load(number: int, task: Any) -> Answer:
    from jobs import db
    from jobs.enqueue import enqueue_on, new_job

    began = time.monotonic()
    if hasattr(task, "aenqueue_many"):
        await task.aenqueue_many([()] * number)
        return enqueued(number, began) | {"many": True}
    for start in range(0, number, CHUNK):
        async with db.transaction() as tx:
            await enqueue_on(tx, [new_job(task) for _ in range(min(CHUNK, number - start))])
    return enqueued(number, began) | {"many": False}


async def aenqueue(number: int) -> Answer:
    """Many callers side by side, each waiting for the commit of one job before it enqueues the next."""
    from tests.benchmarks.tasks import noop

    left = iter(range(number))

    async def caller() -> None:
        for _ in left:
            await noop.aenqueue()

    async with enqueueing():
        began = time.monotonic()
        async with asyncio.TaskGroup() as callers:
            for _ in range(CALLERS):
                callers.create_task(caller())
        figures = enqueued(number, began)
        await _assert_count("job", "enqueued", number)
    return figures


async def drain(number: int) -> Answer:
    """Run what is there: seconds from the first claim to the last commit of a finish."""
    async with running(SLOTS, PREFETCH) as engine:
        ended = await _finished(engine, number)
        return await _drained(number, ended)


async def sleepers(number: int) -> Answer:
    """Run them all at once. ``loop_lag_ms`` is how late the loop was at its worst, as the engine says it."""
    over = threading.Event()
    lags: list[float] = [0.0]
    async with running(number, 0) as engine:
        watching = threading.Thread(target=_watch_lag, args=(engine.lag, over, lags), daemon=True)
        watching.start()
        try:
            ended = await _finished(engine, number)
        finally:
            over.set()
            watching.join()
        return await _drained(number, ended) | {"loop_lag_ms": round(max(lags) * 1000, 1)}


async def pickup(number: int) -> Answer:
    """One job at a time for a worker that has nothing else to do: milliseconds to its handler, sorted."""
    from tests.benchmarks.tasks import begun, noted

    delays = []
    async with running() as engine:
        for done in range(1, number + 1):
            began = time.monotonic()
            await noted.aenqueue()
            await _finished(engine, done)
            delays.append((begun[-1] - began) * 1000)
            # No rhythm with its poll; and what its statements leave behind is over.
            await asyncio.sleep(random.uniform(0.01, 0.03))
        if len(begun) != number:
            raise RuntimeError(f"{len(begun)} handlers began, of {number} jobs")
    return {"jobs": number, "delays_ms": sorted(delays)}


async def _finished(engine: Any, number: int) -> float:
    """Wait until so many are committed in history; the instant, on the clock of the wall."""
    counts = engine.finishes.counts
    while counts["succeeded"] < number:
        await asyncio.sleep(LOOK)
        if wrong := {kind: count for kind, count in counts.items() if kind != "succeeded" and count}:
            raise RuntimeError(f"no-op jobs ended as {wrong}")
    return time.time()


async def _drained(number: int, ended: float) -> Answer:
    """What history says: every job is in it, once; the first claim was when its row says."""
    from jobs import db

    await _assert_count("job_history", "in history", number)
    await _assert_count("job", "left behind", 0)
    async with db.connection() as conn:
        first = await conn.fetchval("SELECT min(started_at) FROM job_history")
    return {"jobs": number, "seconds": ended - first.timestamp(), "rss_mb": peak_mb()}


async def _assert_count(table: str, words: str, number: int) -> None:
    from jobs import db

    async with db.connection() as conn:
        found = await conn.fetchval(f"SELECT count(*) FROM {table}")
    if found != number:
        raise RuntimeError(f"{found} jobs are {words}, and should be {number}")


def _watch_lag(lag: Any, over: threading.Event, lags: list[float]) -> None:
    """In a thread: a loop that stands still cannot look."""
    while not over.wait(0.02):
        lags.append(lag.now())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    django.setup()
    serve(
        {
            "load": load,
            "load_sleepers": load_sleepers,
            "aenqueue": aenqueue,
            "drain": drain,
            "sleepers": sleepers,
            "pickup": pickup,
        }
    )
