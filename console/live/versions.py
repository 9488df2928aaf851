"""Versions told: which rows of a list its watchers know, so that nothing older is told after it."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

from console.live.filters import OTHER, Filter, matches

Row = Mapping[str, Any]


class Versions:
    """The newest version told of each row, for the last ``capacity`` rows in the list and outside of it."""

    def __init__(self, filter: Filter, capacity: int = 2_000) -> None:
        self.filter = filter
        self._capacity = capacity
        self._inside: OrderedDict[str, int] = OrderedDict()
        self._outside: OrderedDict[str, int] = OrderedDict()

    def sift(self, rows: Iterable[Row]) -> tuple[list[Row], list[str]]:
        """What of these rows is news: (rows to tell, ids among them that have left the list).

        A row that left is told once more, as it is now, so that a page may show its new state or drop it.
        """
        news: list[Row] = []
        gone: list[str] = []
        for row in rows:
            row_id, version = row["id"], row["version"]
            was_inside = row_id in self._inside
            known = self._inside.pop(row_id, None) or self._outside.pop(row_id, None) or 0
            inside = self.filter == OTHER or (matches(self.filter, row) if version > known else was_inside)
            self._keep(self._inside if inside else self._outside, row_id, max(version, known))
            if version <= known or not (inside or was_inside):
                continue
            news.append(row)
            if not inside:
                gone.append(row_id)
        return news, gone

    def _keep(self, rows: OrderedDict[str, int], row_id: str, version: int) -> None:
        rows[row_id] = version
        if len(rows) > self._capacity:
            rows.popitem(last=False)
