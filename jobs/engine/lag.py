"""How late the loop is: the engine shares it with the pages, and steps back while it lags."""

import asyncio
import time

from jobs.engine.machine import Machine

#: Seconds between two measurements, and the lag from which the engine claims less.
PERIOD, TOO_LATE = 0.1, 0.1


class Lag(Machine):
    """Measures by how much a short sleep is late; half of each figure is the one before it."""

    name = "lag"

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self._due: float | None = None

    def now(self) -> float:
        """Seconds the loop is late; while it is blocked, for how long so far. Any thread may ask."""
        due = self._due
        return self.seconds if due is None else max(self.seconds, time.monotonic() - due)

    def share(self, room: int) -> int:
        """How many to claim where there is room for so many: a quarter while the loop lags, at least one."""
        return room if self.seconds < TOO_LATE else max(1, room // 4)

    async def run(self) -> None:
        try:
            while True:
                self._due = due = time.monotonic() + PERIOD
                await asyncio.sleep(PERIOD)
                late = max(0.0, time.monotonic() - due)
                self.seconds = (self.seconds + late) / 2
        finally:
            self._due = None
