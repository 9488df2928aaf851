"""Connecting to a full server: it may have room in a moment, because a process that ends is leaving."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from django.conf import settings

from jobs.away import has_no_room
from jobs.room import pause

T = TypeVar("T")


def deadline() -> float:
    """When, on time.monotonic's clock, who waits for a connection from now on gives up."""
    return time.monotonic() + settings.DATABASE_ACQUIRE_TIMEOUT


def patiently(connect: Callable[[], T], until: float) -> T:
    """``connect()``; where the server has no room, again until then (see ``deadline``).

    Raises what the driver says at last.
    """
    while True:
        try:
            return connect()
        except Exception as error:
            seconds = _until_next(error, until)
        time.sleep(seconds)


async def apatiently(connect: Callable[[], Awaitable[T]], until: float) -> T:
    """The same on the loop."""
    while True:
        try:
            return await connect()
        except Exception as error:
            seconds = _until_next(error, until)
        await asyncio.sleep(seconds)


def _until_next(error: Exception, until: float) -> float:
    """Seconds until the next try. Raises the error where another would not help, or come too late."""
    seconds = pause()
    if not has_no_room(error) or time.monotonic() + seconds > until:
        raise error
    return seconds
