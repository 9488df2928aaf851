"""Latency: how long orders take and jobs wait and run, a minute, over the last hour. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from jobs.rules.spread import Spread, percentile, summed

Row = Mapping[str, Any]

#: Minutes that are kept, and those that count as now.
KEPT, NOW = 60, 5
#: What has a spread.
LENGTHS = ("order", "wait", "run")
SHARES = {"p50": 0.5, "p95": 0.95}


class Latency:
    """The spreads of the last hour's minutes. What is added replaces what was known of its minute."""

    def __init__(self) -> None:
        self._minutes: dict[int, dict[str, Spread]] = {}
        #: What the pages show of it.
        self.points: dict[str, list[list[int | None]]] = {"orders": [], "jobs": []}
        self.figures: dict[str, int | None] = {}

    def add(self, at: float, jobs: Iterable[Row], orders: Iterable[Row]) -> None:
        """Take what was read at ``at`` (seconds of the epoch)."""
        now = int(at) // 60
        for row in jobs:
            self._of(row).update(wait=row["wait"], run=row["run"])
        for row in orders:
            self._of(row).update(order=row["took"])
        self._minutes = {minute: spreads for minute, spreads in self._minutes.items() if minute > now - KEPT}
        self.points = {"orders": self._points(now, "order"), "jobs": self._points(now, "wait", "run")}
        recent = [spreads for minute, spreads in self._minutes.items() if minute > now - NOW]
        self.figures = {
            f"{length}_{name}": _told(summed(spreads.get(length, ()) for spreads in recent), share)
            for length in LENGTHS
            for name, share in SHARES.items()
        }

    def _of(self, row: Row) -> dict[str, Spread]:
        return self._minutes.setdefault(int(row["minute"].timestamp()) // 60, {})

    def _points(self, now: int, *lengths: str) -> list[list[int | None]]:
        """``[second, p50, p95, …]`` for each minute since the first that has any; None where it has none.

        The minute that is not over is left out, for what it has so far is no match for a whole one; alone it
        is better than nothing.
        """
        known = [minute for minute, spreads in self._minutes.items() if any(map(spreads.get, lengths))]
        return [
            [
                minute * 60,
                *(
                    _told(self._minutes.get(minute, {}).get(length, ()), share)
                    for length in lengths
                    for share in SHARES.values()
                ),
            ]
            for minute in range(min(known, default=now), max(now, min(known, default=now - 1) + 1))
        ]


def _told(spread: Spread, share: float) -> int | None:
    ms = percentile(spread, share)
    return None if ms is None else round(ms)
