"""Rows on a terminal that shows the bar, too."""

import contextlib
import os
import re
import sys
from pathlib import Path

import pytest

from console.intake.output import Output
from console.intake.rows import Row
from console.intake.source import Source

#: What moves a terminal's cursor or colours its text.
STEERS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def read_terminal(far: int) -> str:
    """All that came out of it, its other end being closed."""
    pieces = []
    with contextlib.suppress(OSError):  # EIO: that was all
        while piece := os.read(far, 65_536):
            pieces.append(piece)
    os.close(far)
    return STEERS.sub("", b"".join(pieces).decode())


async def test_the_rows_of_all_groups_follow_each_other_without_a_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "orders"
    file.write_bytes(b"x")
    source = Source(str(file))
    monkeypatch.setenv("TERM", "xterm")
    far, near = os.openpty()
    with os.fdopen(near, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        output = Output(terminal, lambda row: f"row {row.line}", source)
        with output:
            await output.tell([Row(1, "accepted"), Row(2, "accepted")])
            await output.tell([Row(3, "accepted")])
        monkeypatch.undo()
    source.close()
    lines = [line.rpartition("\r")[2].rstrip() for line in read_terminal(far).split("\r\n")]
    seen = [line for line in lines if not re.search("\u2501|orders", line)]  # beside the bar, wherever it was
    assert seen[:3] == ["row 1", "row 2", "row 3"]
