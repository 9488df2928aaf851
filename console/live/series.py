"""The dashboard's numbers: what happened in each of the last seconds, and how things stand. Pure."""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

DONE = ("succeeded", "failed", "cancelled")

Counts = Mapping[str, int]


class Standing(NamedTuple):
    """How things stand at one instant. ``engine`` is None in a process that runs no jobs."""

    orders: Counts
    jobs: Counts
    workers: Sequence[Mapping[str, Any]]
    engine: Mapping[str, Any] | None


class Point(NamedTuple):
    """What happened in the second that began at ``at`` (seconds of the epoch)."""

    at: int
    fulfilled: int
    rejected: int
    done: int


class Series:
    """A point for each of the last ``seconds``, from counters sampled about once a second."""

    def __init__(self, seconds: int = 300) -> None:
        self._points: deque[Point] = deque(maxlen=seconds)
        self._last: tuple[float, tuple[int, int, int]] | None = None
        self._standing: Standing | None = None
        self.ledger: dict[str, Any] = {"ok": None, "checked_at": None}

    def add(self, at: float, standing: Standing) -> dict[str, Any]:
        """Take a sample and return the dashboard's event; without a point where there is none to compare to.

        Counters that fall (finished jobs are counted over a moving day) give 0. Where samples are further
        apart than two seconds, the point is their mean a second.
        """
        self._standing = standing
        totals = (
            standing.orders.get("fulfilled", 0),
            standing.orders.get("rejected", 0),
            sum(standing.jobs.get(state, 0) for state in DONE),
        )
        points: list[Point] = []
        if self._last is not None:
            elapsed = at - self._last[0]
            share = elapsed if elapsed >= 2 else 1
            steps = [
                max(0, round((new - old) / share)) for new, old in zip(totals, self._last[1], strict=True)
            ]
            points = [Point(int(at), *steps)]
        self._last = (at, totals)
        self._points.extend(points)
        return self._data(points)

    def whole(self) -> dict[str, Any]:
        """The dashboard's snapshot."""
        return self._data(self._points)

    def _data(self, points: Sequence[Point] | deque[Point]) -> dict[str, Any]:
        standing = self._standing or Standing({}, {}, [], None)
        return {
            "orders": standing.orders,
            "jobs": standing.jobs,
            "per_second": [list(point) for point in points],
            "workers": standing.workers,
            "engine": standing.engine,
            "ledger": self.ledger,
        }
