"""A second process of the demo, which runs jobs and serves nobody: ``python -m console.demo.worker``.

It says its name in one line once it takes jobs, and ends when its stdin does: at the demo's end, however that
comes.
"""

import asyncio
import logging
import os
import sys


async def work() -> None:
    from django.conf import settings

    from console.demo.tasks import furnish
    from jobs import db
    from jobs.engine import engine
    from jobs.engine.process import Process
    from jobs.fetch.client import close_client, open_client

    furnish(settings.JOBS)
    told = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(told), sys.stdin)
    await db.open_pool()
    await open_client()
    process = Process()
    try:
        await process.start()
        assert process.engine is not None
        sys.stdout.write(process.engine.name + "\n")
        sys.stdout.flush()
        await told.read()
        # The demo says of its own process which handlers it cuts off: said twice it would read as a fault.
        logging.getLogger(engine.__name__).setLevel(logging.ERROR)
    finally:
        await process.stop()
        await close_client()
        await db.close_pool(2.0)


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    django.setup()
    asyncio.run(work())


if __name__ == "__main__":
    main()
