"""The dashboard's numbers: what happened in each of the last seconds, and how things stand. Pure."""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from console.live.board import DONE, Standing, board
from console.live.latency import Latency

Data = dict[str, Any]


#: Seconds without a sample from which nobody can tell what happened in each of them: a gap, not a line.
GAP = 5.0


class Point(NamedTuple):
    """What happened in the second that began at ``at`` (seconds of the epoch); None: nobody knows."""

    at: int
    fulfilled: int | None = None
    rejected: int | None = None
    done: int | None = None


class Series:
    """A point for each of the last ``seconds``, from counters sampled about once a second."""

    def __init__(self, seconds: int = 300) -> None:
        self._seconds = seconds
        self._points: deque[Point] = deque(maxlen=seconds)
        self._last: tuple[float, tuple[int, int, int]] | None = None
        self._told: Data = {}
        self.latency = Latency()
        self.ledger: Mapping[str, Any] = {"ok": None, "checked_at": None, "problems": []}

    def add(self, at: float, standing: Standing) -> Data:
        """Take a sample and return the dashboard's event: its point, and of the rest what has changed.

        There is no point where there is none to compare to. Counters that fall (finished jobs are counted
        over a moving day) give 0. Where samples are further apart than two seconds, the point is their mean
        a second; where further than GAP, the seconds between have points that know nothing.
        """
        points = self._new(at, standing)
        self._points.extend(points)
        while self._points and self._points[0].at <= at - self._seconds:
            self._points.popleft()
        whole = board(standing, self.ledger) | {
            "latency": self.latency.points,
            "figures": self.latency.figures,
        }
        news = {
            part: value
            for part, value in whole.items()
            if part not in self._told or value != self._told[part]
        }
        self._told = whole
        return news | {"per_second": _listed(points)}

    def whole(self) -> Data:
        """The dashboard's snapshot; before the first sample it says that nothing is known."""
        return self._told | {"per_second": _listed(self._points)}

    def _new(self, at: float, standing: Standing) -> list[Point]:
        totals = (
            standing.orders.get("fulfilled", 0),
            standing.orders.get("rejected", 0),
            sum(standing.jobs.get(state, 0) for state in DONE),
        )
        last, self._last = self._last, (at, totals)
        if last is None:
            return []
        elapsed = at - last[0]
        share = elapsed if elapsed >= 2 else 1
        steps = [max(0, round((new - old) / share)) for new, old in zip(totals, last[1], strict=True)]
        begin = max(int(last[0]), int(at) - self._seconds) + 1 if elapsed > GAP else int(at)
        return [*map(Point, range(begin, int(at))), Point(int(at), *steps)]


def _listed(points: Sequence[Point] | deque[Point]) -> list[list[int | None]]:
    return [list(point) for point in points]
