"""Procrastinate over psycopg, fifty jobs at a time."""

import os
import time

from procrastinate import App, PsycopgConnector

from tests.benchmarks.protocol import Answer, Count, enqueued, serve

CONCURRENCY, CHUNK = 50, 1_000

app = App(connector=PsycopgConnector(conninfo=os.environ.get("DATABASE_URL", ""), min_size=4, max_size=20))
count = Count(0)


@app.task(name="noop")
async def noop() -> None:
    count.tick()


async def install(_: int) -> Answer:
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
    return {}


async def enqueue(number: int) -> Answer:
    async with app.open_async():
        began = time.monotonic()
        for start in range(0, number, CHUNK):
            await noop.batch_defer_async(*[{} for _ in range(min(CHUNK, number - start))])
        return enqueued(number, began)


async def drain(number: int) -> Answer:
    count.number = number
    async with app.open_async():
        # Without waiting for more, it returns when every end is written.
        await app.run_worker_async(concurrency=CONCURRENCY, wait=False, install_signal_handlers=False)
        return count.drained()


if __name__ == "__main__":
    serve({"install": install, "enqueue": enqueue, "drain": drain})
