"""Figures for people: what, ours, the peer's, by how much, what is to be reached, and whether it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Line:
    """One figure. The target is for the ratio where there is one, else for ours; ``least``: at least that.
    A few of each (``quick``) reach nothing and are not judged.
    """

    what: str
    ours: float | None = None
    peer: float | None = None
    ratio: float | None = None
    target: float | None = None
    least: bool = False
    quick: bool = False

    @property
    def reached(self) -> bool | None:
        """None where nothing was measured, or nothing is to be reached."""
        value = self.ours if self.ratio is None and self.peer is None and not self.least else self.ratio
        if self.target is None or value is None or self.quick:
            return None
        return value >= self.target if self.least else value <= self.target


def show(console: Console, title: str, lines: Sequence[Line], notes: Sequence[str]) -> None:
    table = Table(title=title, title_justify="left")
    table.add_column("what")
    for name in ("ours", "peer", "ratio", "target", "reached"):
        table.add_column(name, justify="right")
    for line in lines:
        sign = "≥" if line.least else "≤"
        target = "" if line.target is None else f"{sign} {line.target:g}"
        reached = {True: "[green]✓[/]", False: "[red]✗[/]", None: ""}[line.reached]
        if line.quick and line.target is not None:
            reached = "quick: not judged"
        table.add_row(line.what, *map(_number, (line.ours, line.peer, line.ratio)), target, reached)
    console.print(table)
    for note in notes:
        console.print(note, style="dim")


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 1_000 else f"{value:,g}"
