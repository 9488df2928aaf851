"""awa: its Rust core with an async handler in Python; queue storage, as a new set-up has it."""

import os
import time
from dataclasses import dataclass

from awa import AsyncClient

from tests.benchmarks.protocol import Answer, Count, enqueued, serve

QUEUE, WORKERS, CHUNK = "bench", 200, 5_000


@dataclass
class Noop:
    number: int


async def install(_: int) -> Answer:
    client = AsyncClient(os.environ["DATABASE_URL"])
    await client.migrate()
    await client.install_queue_storage()
    await client.close()
    return {}


async def enqueue(number: int) -> Answer:
    client = AsyncClient(os.environ["DATABASE_URL"])
    began = time.monotonic()
    for start in range(0, number, CHUNK):
        jobs = [Noop(one) for one in range(start, min(start + CHUNK, number))]
        await client.enqueue_many_copy(jobs, queue=QUEUE)
    figures = enqueued(number, began)
    await client.close()
    return figures


async def drain(number: int) -> Answer:
    count = Count(number)
    client = AsyncClient(os.environ["DATABASE_URL"], max_connections=20)

    @client.task(Noop, queue=QUEUE)
    async def noop(job: object) -> None:
        count.tick()

    await client.start([(QUEUE, WORKERS)])
    await count.reached()
    # Stopping, it stores the ends of what has run. To ask its tables whether it has would take seconds.
    await client.shutdown(timeout_ms=30_000)
    figures = count.drained()
    await client.close()
    return figures


if __name__ == "__main__":
    serve({"install": install, "enqueue": enqueue, "drain": drain})
