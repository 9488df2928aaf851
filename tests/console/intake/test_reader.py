"""Orders out of files and pipes, in groups."""

import json
import os
from pathlib import Path

import pytest

from console.intake.keys import Keys
from console.intake.reader import Reader
from console.intake.source import Source
from orders.submit import MAX_SUBMISSIONS

ORDER = {"customer": "C001", "currency": "EUR", "lines": [{"sku": "TEA", "quantity": 2}]}
LINE = json.dumps(ORDER).encode()


async def read(file: Path) -> list[list[int]]:
    """The numbers of the lines of each group; of what is no order, negative."""
    reader, groups = Reader(Source(str(file)), Keys("-")), []
    while entries := await reader.group():
        groups.append([entry.line if entry.submission else -entry.line for entry in entries])
    return groups


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(b" \n\n", [], id="blank lines alone"),
        pytest.param(LINE + b"\n\n" + LINE, [[1, 3]], id="an order a line"),
        pytest.param(b"\xef\xbb\xbf" + LINE + b"\r\n" + LINE, [[1, 2]], id="out of an editor on Windows"),
        pytest.param(b"\n" + json.dumps(ORDER, indent=2).encode() + b"\n", [[2]], id="one on many lines"),
        pytest.param(b"{\n" + LINE + b"\n", [[-1, 2]], id="a first line that is broken"),
        pytest.param(b"[\n" + LINE + b"\n]", [[-1, 2, -3]], id="a list"),
        pytest.param(
            (LINE + b"\n") * (MAX_SUBMISSIONS + 1),
            [list(range(1, MAX_SUBMISSIONS + 1)), [MAX_SUBMISSIONS + 1]],
            id="more than a group",
        ),
        pytest.param(b"{" + b" " * (3 << 20) + b"\n" + LINE, [[-1, 2]], id="a first line too long"),
    ],
)
async def test_which_lines_are_orders(tmp_path: Path, text: bytes, lines: list[list[int]]) -> None:
    file = tmp_path / "orders"
    file.write_bytes(text)
    assert await read(file) == lines


async def test_what_is_in_a_pipe_is_a_group_and_no_more_is_waited_for() -> None:
    far, near = os.pipe()
    reader = Reader(Source(f"/dev/fd/{far}"), Keys("-"))
    os.write(near, LINE + b"\n" + LINE + b"\n" + LINE[:5])
    assert [entry.line for entry in await reader.group()] == [1, 2]
    os.write(near, LINE[5:])
    os.close(near)
    assert [entry.line for entry in await reader.group()] == [3]
    assert await reader.group() == []
    os.close(far)
