"""Rows on standard output; on standard error, where that is a terminal, a bar beneath them."""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TextIO

from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from rich.text import Text

from console.intake.rows import Row
from console.intake.source import Source


class Output:
    """Writes to ``out`` what ``write`` makes of each row; the bar follows the bytes of ``source``."""

    def __init__(self, out: TextIO, line_of: Callable[[Row], str], source: Source) -> None:
        self._out, self._line_of, self._source = out, line_of, source
        self._told = 0
        self._bar: Progress | None = None
        if sys.stderr.isatty():
            columns = (SpinnerColumn(), BarColumn(), TextColumn("{task.description}"))
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("", total=source.size)

    def __enter__(self) -> "Output":
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    async def tell(self, rows: Sequence[Row]) -> None:
        """Write and flush these rows. Raises BrokenPipeError once nobody reads them.

        In a thread: a slow reader must not hold up the loop, whose open transactions hold locks.
        """
        await asyncio.to_thread(self._write, "".join(self._line_of(row) + "\n" for row in rows))
        self._told += len(rows)
        if self._bar:
            description = _("%(count)s orders") % {"count": f"{self._told:,}"}
            self._bar.update(self._task, completed=self._source.read_so_far, description=description)

    def _write(self, text: str) -> None:
        if self._bar and self._out.isatty():  # one terminal: the bar moves down for them
            self._bar.console.print(Text.from_ansi(text.removesuffix("\n")), soft_wrap=True)
            return
        self._out.write(text)
        self._out.flush()


def close_stdout() -> None:
    """Nobody reads it any more: what Python still wants to flush at its end goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
