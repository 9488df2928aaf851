"""oban-py, embedded as its README shows, on the event loop its own command uses."""

import asyncio
import os
import time

import uvloop
from oban import Oban, worker
from oban.schema import install as install_schema

from tests.benchmarks.protocol import LOOK, Answer, Count, enqueued, serve

LIMIT, CHUNK = 200, 1_000

count = Count(0)


@worker(queue="default")
class Noop:
    async def process(self, _: object) -> None:
        count.tick()


async def install(_: int) -> Answer:
    pool = await Oban.create_pool(dsn=os.environ["DATABASE_URL"])
    await install_schema(pool)
    await pool.close()
    return {}


async def enqueue(number: int) -> Answer:
    pool = await Oban.create_pool(dsn=os.environ["DATABASE_URL"])
    oban = Oban(pool=pool)
    began = time.monotonic()
    for start in range(0, number, CHUNK):
        await oban.enqueue_many(Noop.new({}) for _ in range(min(CHUNK, number - start)))
    figures = enqueued(number, began)
    await pool.close()
    return figures


async def drain(number: int) -> Answer:
    count.number = number
    pool = await Oban.create_pool(dsn=os.environ["DATABASE_URL"])
    async with Oban(pool=pool, queues={"default": LIMIT}):
        await count.reached()
        while True:
            async with pool.connection() as conn:
                found = await conn.execute("SELECT 1 FROM oban_jobs WHERE state <> 'completed' LIMIT 1")
                if await found.fetchone() is None:
                    break
            await asyncio.sleep(LOOK)
        figures = count.drained()
    await pool.close()
    return figures


if __name__ == "__main__":
    uvloop.install()
    serve({"install": install, "enqueue": enqueue, "drain": drain})
