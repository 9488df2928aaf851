"""Another process that writes real orders: ``python -m tests.benchmarks.writer USER RATE COUNT``.

It waits for a line, writes at the pace, tells everybody as every process does, and prints for each order its
id and the instant its commit had come back (the machine's monotonic clock, which all processes share).
"""

import asyncio
import os
import sys
import time
from collections.abc import Sequence

import django


async def main(user: int, rate: float, count: int) -> None:
    from jobs import changes, db
    from jobs.engine.announcer import Announcer
    from orders.schema import OrderIn
    from orders.submit import Answer, Submission, submit
    from tests.journeys.cast import order

    await db.open_pool(min_size=1, max_size=2)
    announcer = Announcer()
    await announcer.start()
    committed: list[tuple[str, float]] = []

    async def publish(told: Sequence[changes.Change]) -> None:
        now = time.monotonic()
        committed.extend((change.id, now) for change in told if change.kind == "order")
        await announcer.publish(told)

    changes.outlet.publish = publish
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)
    began = time.monotonic()
    for number in range(count):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        (answer,) = await submit(
            [Submission(OrderIn.model_validate(order()))], client=user, actor="user:alice", door="api"
        )
        if not isinstance(answer, Answer):
            raise SystemExit(f"an order was refused: {answer}")
    changes.outlet.publish = announcer.publish
    await announcer.stop()
    await db.close_pool()
    sys.stdout.writelines(f"{id} {at}\n" for id, at in committed)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    django.setup()
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])))
