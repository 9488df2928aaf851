"""What became of each line, for people and for programs, and of all of them together."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rich.cells import cell_len

from console.intake.entry import Entry
from console.intake.keys import KeyFrom
from console.terminal import harmless
from orders.pricing import Problem
from orders.submit import Answer, Outcome

Name = Literal["accepted", "replayed", "refused"]

WORDS: Mapping[Name, object] = {
    "accepted": gettext_lazy("accepted"),
    "replayed": gettext_lazy("replayed"),
    "refused": gettext_lazy("refused"),
}

#: Errors of one order shown to people; programs get all.
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One line's outcome: the order that is kept, or why there is none."""

    line: int
    outcome: Name
    id: UUID | None = None
    number: int | None = None
    key_from: KeyFrom | None = None
    errors: list[Problem] = field(default_factory=list)


def row_of(entry: Entry, outcome: Outcome) -> Row:
    if isinstance(outcome, Answer):
        name: Name = "replayed" if outcome.replayed else "accepted"
        return Row(entry.line, name, outcome.id, outcome.number, entry.key_from)
    return Row(entry.line, "refused", key_from=entry.key_from, errors=outcome.errors)


def as_json(row: Row) -> str:
    """One line of JSON: line, outcome, id, number, key_from, errors."""
    return orjson.dumps(row, default=str).decode()


def as_text(row: Row, paint: Callable[[Name, str], str]) -> str:
    """Line number, outcome, and the order's number or what is wrong; ``paint`` may colour the outcome."""
    word = str(WORDS[row.outcome])
    gap = " " * (2 + max(cell_len(str(other)) for other in WORDS.values()) - cell_len(word))
    said = f"#{row.number}" if row.number is not None else _reasons(row.errors)
    return f"{row.line:>7}  {paint(row.outcome, word)}{gap}{said}"


def _reasons(errors: list[Problem]) -> str:
    shown = [": ".join(filter(None, (error["field"], error["message"]))) for error in errors[:SHOWN]]
    if more := len(errors) - SHOWN if len(errors) > SHOWN else 0:
        shown.append(_("and %(count)d more") % {"count": more})
    return harmless("; ".join(shown))


@dataclass
class Totals:
    """Lines by outcome; those replayed for their content alone; those of which a database that went away
    did not say what became."""

    by_outcome: Counter[Name] = field(default_factory=Counter)
    unanswered: int = 0
    by_content: int = 0

    def add(self, rows: Sequence[Row]) -> None:
        self.by_outcome.update(row.outcome for row in rows)
        self.by_content += sum(row.outcome == "replayed" and row.key_from == "content" for row in rows)

    @property
    def kept(self) -> int:
        return self.by_outcome["accepted"] + self.by_outcome["replayed"]

    @property
    def lines(self) -> int:
        return self.by_outcome.total() + self.unanswered

    def exit_code(self) -> int:
        """0: every order is kept; 3: some are; 1: none is, or some are not known."""
        if self.unanswered:
            return 1
        if not self.by_outcome["refused"]:
            return 0
        return 3 if self.kept else 1

    def words(self, seconds: float) -> str:
        """``1,629 accepted, 0 replayed, 396 refused in 1.2 s (1,687 a second)``."""
        counted = ", ".join(f"{self.by_outcome[name]:,} {word}" for name, word in WORDS.items())
        if self.unanswered:
            counted += ", " + _("%(count)s not answered") % {"count": f"{self.unanswered:,}"}
        return _("%(counted)s in %(seconds).1f s (%(rate)s a second)") % {
            "counted": counted,
            "seconds": seconds,
            "rate": f"{self.lines / max(seconds, 0.001):,.0f}",
        }

    def doubt(self, batch: str) -> str:
        """What to do where orders were taken for old ones that may be new; empty where there is no such."""
        if not self.by_content:
            return ""
        words = _(
            'Replayed by content alone, with neither key nor reference: %(count)s, in batch "%(batch)s".'
        )
        known = words % {"count": f"{self.by_content:,}", "batch": harmless(batch)}
        return f"{known}\n" + _("Are those new orders? Send them, and no others, with a new --batch NAME.")
