"""PgQueuer over asyncpg, on the event loop its own command uses; tables logged, as it installs them."""

import os
import time

import asyncpg
import uvloop
from pgqueuer import PgQueuer
from pgqueuer.db import AsyncpgDriver
from pgqueuer.models import Job
from pgqueuer.queries import Queries
from pgqueuer.types import QueueExecutionMode

from tests.benchmarks.protocol import Answer, Count, enqueued, serve

BATCH, CHUNK = 1_000, 10_000


async def install(_: int) -> Answer:
    conn = await asyncpg.connect(os.environ["DATABASE_URL"])
    await Queries(AsyncpgDriver(conn)).install()
    await conn.close()
    return {}


async def enqueue(number: int) -> Answer:
    conn = await asyncpg.connect(os.environ["DATABASE_URL"])
    queries = Queries(AsyncpgDriver(conn))
    began = time.monotonic()
    for start in range(0, number, CHUNK):
        size = min(CHUNK, number - start)
        await queries.enqueue(["noop"] * size, [None] * size, [0] * size)
    figures = enqueued(number, began)
    await conn.close()
    return figures


async def drain(number: int) -> Answer:
    count = Count(number)
    conn = await asyncpg.connect(os.environ["DATABASE_URL"])
    pgq = PgQueuer(AsyncpgDriver(conn))

    @pgq.entrypoint("noop")
    async def noop(job: Job) -> None:
        count.tick()

    # Draining, it returns when every end is written.
    await pgq.qm.run(batch_size=BATCH, mode=QueueExecutionMode.drain)
    return count.drained()


if __name__ == "__main__":
    uvloop.install()
    serve({"install": install, "enqueue": enqueue, "drain": drain})
