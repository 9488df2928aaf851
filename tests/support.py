"""Small helpers that tests share."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

#: What a Chromium of the tests is started with.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


async def eventually(look: Callable[[], Awaitable[T]], seconds: float = 10.0) -> T:
    """What ``look`` returns once that is true: asked again and again, for so many seconds at most.

    For what no event tells of: rows that another task or process writes.
    """
    seen: T | None = None
    try:
        async with asyncio.timeout(seconds):
            while True:
                seen = await look()
                if seen:
                    return seen
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"still {seen!r} after {seconds:g} s") from None
