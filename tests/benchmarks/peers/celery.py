"""Celery on Redis: two processes, set as its guide to optimizing has it for short tasks, no results kept.

It stores no ends, so that a drain is over when the last handler has begun.
"""

import multiprocessing
import os
import signal
import threading
import time

from celery import Celery

from tests.benchmarks.protocol import LOOK, Answer, enqueued, peak_mb, serve

PROCESSES, PREFETCH = 2, 128

app = Celery("bench", broker=os.environ.get("REDIS_URL", ""))
app.conf.update(
    task_ignore_result=True,
    worker_prefetch_multiplier=PREFETCH,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
)
#: Handlers that have begun in all processes, and when the first did.
begun = multiprocessing.Value("i", 0)
first = multiprocessing.Value("d", 0.0)


@app.task(name="noop")
def noop() -> None:
    with begun.get_lock():
        if not begun.value:
            first.value = time.monotonic()
        begun.value += 1


def enqueue(number: int) -> Answer:
    began = time.monotonic()
    with app.producer_pool.acquire(block=True) as producer:
        for _ in range(number):
            noop.apply_async(producer=producer)
    return enqueued(number, began)


def drain(number: int) -> Answer:
    worker = app.Worker(
        pool="prefork", concurrency=PROCESSES, loglevel="ERROR",
        without_gossip=True, without_mingle=True, without_heartbeat=True,
    )  # fmt: skip
    figures: Answer = {}

    def watch() -> None:
        try:
            while begun.value < number:
                time.sleep(LOOK)
            seconds = time.monotonic() - first.value
            pids = [os.getpid(), *(process.pid for process in worker.pool._pool._pool)]
            figures.update(jobs=number, seconds=seconds, rss_mb=round(sum(map(peak_mb, pids)), 1))
        finally:
            os.kill(os.getpid(), signal.SIGTERM)  # it stops warmly

    threading.Thread(target=watch, daemon=True).start()
    worker.start()
    if begun.value != number or not figures:
        raise RuntimeError(f"{begun.value} handlers began, of {number} jobs")
    return figures


if __name__ == "__main__":
    serve({"install": lambda _: {}, "enqueue": enqueue, "drain": drain})
