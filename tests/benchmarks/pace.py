"""As fast as the slowest takes it: the same rule for our hub and for the peer's groups."""

import asyncio
from collections.abc import Callable

from console.live.reader import LIMIT

#: Events told before the loop gets a turn.
BURST = 16


async def keep_pace(number: int, ahead: Callable[[int], int]) -> None:
    """Before event ``number``: no further ahead of the slowest than lets a page of ours go on."""
    if number % BURST == 0:
        await asyncio.sleep(0)
        while ahead(number) > LIMIT - BURST:  # noqa: ASYNC110 – nothing tells of what a client has taken
            await asyncio.sleep(0.001)
