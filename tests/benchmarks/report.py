"""Figures for people: what, ours, the peer's, by how much, what is to be reached, and whether it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Line:
    """One figure. The target is for the ratio where there is one, else for ours; ``least``: at least that.

    A few of each (``quick``) reach nothing and are not judged. ``alone``: the target is for ours.
    """

    what: str
    ours: float | None = None
    peer: float | None = None
    ratio: float | None = None
    target: float | None = None
    least: bool = False
    alone: bool = False
    quick: bool = False

    @property
    def reached(self) -> bool | None:
        """None where nothing was measured, or nothing is to be reached."""
        ours = self.alone or (self.ratio is None and self.peer is None and not self.least)
        value = self.ours if ours else self.ratio
        if self.target is None or value is None or self.quick:
            return None
        return value >= self.target if self.least else value <= self.target

    @property
    def wanted(self) -> str:
        """What is to be reached, in signs; empty where nothing is."""
        return "" if self.target is None else f"{'≥' if self.least else '≤'} {number(self.target)}"


def show(console: Console, title: str, lines: Sequence[Line], notes: Sequence[str]) -> None:
    table = Table(title=title, title_justify="left")
    table.add_column("what")
    for name in ("ours", "peer", "ratio", "target", "reached"):
        table.add_column(name, justify="right")
    for line in lines:
        reached = {True: "[green]✓[/]", False: "[red]✗[/]", None: ""}[line.reached]
        if line.quick and line.target is not None:
            reached = "quick: not judged"
        figures = map(number, (line.ours, line.peer, line.ratio))
        table.add_row(line.what, *figures, line.wanted, reached)
    console.print(table)
    for note in notes:
        console.print(note, style="dim")


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """The p50, p95 and p99 of sorted values."""
    return {
        name: round(values[min(len(values) - 1, int(len(values) * part))], 1)
        for name, part in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    }


def number(value: float | None) -> str:
    """As people read it; a dash where nothing was measured."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 1_000 else f"{value:,g}"
