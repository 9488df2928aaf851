"""The pace of calls to one host: GCRA, the generic cell rate algorithm (ITU-T I.371), as one instant a key.

The promise is: never more than rate + burst calls in any second. A call may start a little after its slot
(the process was busy), and that lets calls run into each other; so half of the burst is kept for late
starts, and the other half may start at one instant.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """rate is calls a second (above 0); burst is calls (1 or more) beyond the rate in any second."""

    rate: float
    burst: int

    @property
    def interval(self) -> float:
        """Seconds between two slots, in whole microseconds as PostgreSQL counts, rounded up."""
        return math.ceil(1_000_000 / self.rate) / 1_000_000

    @property
    def early(self) -> float:
        """Seconds a slot may lie ahead of the steady rhythm: what lets a burst through."""
        return (self.burst - 1 - self.burst // 2) * self.interval

    @property
    def lateness(self) -> float:
        """Seconds a call may start after its slot; later than this, the slot is forfeited."""
        return (1 + self.burst // 2) * self.interval


def next_slot(pace: Pace, next_at: float | None, now: float) -> tuple[float, float]:
    """The slot given to who asks at ``now``, and the key's new ``next_at``; all in seconds.

    ``jobs/sql/take_pace.sql`` is this function on the database's clock.
    """
    arrival = now if next_at is None else max(now, next_at)
    return max(now, arrival - pace.early), arrival + pace.interval
