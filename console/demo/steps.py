"""What a person sees while the demo starts: a line for each step, with the time it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.functional import Promise
from rich.console import Console
from rich.markup import escape
from rich.text import Text

Words = str | Promise


class Step:
    """A step under way. What it found out may be said beside its name.

    ``before`` is the seconds of it that had passed when the block began.
    """

    def __init__(self) -> None:
        self.detail: Words = ""
        self.before = 0.0


class Steps:
    """Prints steps to one console; on a terminal the step under way has a spinner."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def step(self, name: Words) -> Iterator[Step]:
        """Time the block. Its line is printed at its end: done, or failed if it raises."""
        step, began = Step(), time.monotonic()
        try:
            with self._console.status(escape(str(name))):
                yield step
        except BaseException:
            self._line("✗", "red", name, step.detail, step.before + time.monotonic() - began)
            raise
        self._line("✓", "green", name, step.detail, step.before + time.monotonic() - began)

    def say(self, text: Words, style: str = "") -> None:
        """A line of its own, printed as it is: never wrapped, never read as markup."""
        self._console.print(Text(str(text), style=style), soft_wrap=True)

    def _line(self, mark: str, colour: str, name: Words, detail: Words, seconds: float) -> None:
        line = Text.assemble((mark, colour), " ", str(name))
        if detail:
            line.append(f"  {detail}", style="dim")
        line.append(f"  {seconds:.2f} s", style="cyan")
        self._console.print(line, soft_wrap=True)
