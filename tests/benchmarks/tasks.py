"""The jobs that are measured."""

import asyncio
import time

from jobs import task

#: When handlers of ``noted`` began (monotonic), for who measures it in this process.
begun: list[float] = []


@task(queue_name="bench")
async def noop() -> None:
    """Nothing."""


@task
async def noted() -> None:
    """Nothing, but notes when it began."""
    begun.append(time.monotonic())


@task(queue_name="bench")
async def sleeper() -> None:
    """Wait for a second, as for somebody's answer."""
    await asyncio.sleep(1)
