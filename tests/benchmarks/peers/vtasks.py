"""django-vtasks on PostgreSQL: its worker as its own benchmark runs it, loop and concurrency too."""

import asyncio
import time

import uvloop

from tests.benchmarks.peers import django_settings
from tests.benchmarks.protocol import LOOK, Answer, Count, enqueued, serve

CONCURRENCY, CHUNK = 50, 1_000

apps = ["django_vtasks", "django_vtasks.db"]
django_settings.set_up(apps, "django_vtasks.backends.db.DatabaseTaskBackend")

from django_vtasks import task  # noqa: E402

count = Count(0)


@task
async def noop() -> None:
    count.tick()


async def enqueue(number: int) -> Answer:
    began = time.monotonic()
    for start in range(0, number, CHUNK):
        await noop.get_backend().aenqueue_many([(noop, (), {})] * min(CHUNK, number - start))
    return enqueued(number, began)


async def drain(number: int) -> Answer:
    from django_vtasks.db.models import QueuedTask
    from django_vtasks.worker import Worker

    count.number = number
    worker = Worker(noop.get_backend(), ["default"], CONCURRENCY)
    running = asyncio.create_task(worker.run(handle_signals=False))
    await count.reached()
    while await QueuedTask.objects.aexists():  # noqa: ASYNC110 – nobody tells
        await asyncio.sleep(LOOK)
    figures = count.drained()
    await worker.stop()
    await running
    return figures


if __name__ == "__main__":
    uvloop.install()
    serve({"install": django_settings.install, "enqueue": enqueue, "drain": drain})
