"""One turn of the loop, shared: handlers that never wait must not keep sockets and pages waiting."""

import asyncio
import time

#: Seconds handlers may take of one turn of the loop, all together.
SLICE = 0.005


class Turn:
    """What is left of the present turn's slice. The first that asks in a turn begins it."""

    def __init__(self) -> None:
        self._over_at: float | None = None

    def is_over(self) -> bool:
        """Whether the slice is used up: then go on in the next turn (``asyncio.sleep(0)``)."""
        now = time.monotonic()
        if self._over_at is None:
            self._over_at = now + SLICE
            asyncio.get_running_loop().call_soon(self._end)
        return now >= self._over_at

    def _end(self) -> None:
        self._over_at = None
