"""What is printed for people steers no terminal, and fails on none."""

import subprocess
import sys

import pytest

from console import bootstrap
from console.terminal import harmless

PRINT = "from console.terminal import open_stdout; open_stdout(for_programs={}).write('茶 – ü')"


def test_what_steers_a_terminal_is_taken_out() -> None:
    assert harmless("rob\t\n\x1b[31mot 茶") == "rob\ufffd\ufffd\ufffd[31mot 茶"


@pytest.mark.parametrize(
    ("encoding", "for_programs", "printed"),
    [
        pytest.param("utf-8", False, "茶 – ü".encode(), id="a terminal that has all signs"),
        pytest.param("latin-1", False, b"\\u8336 \\u2013 \xfc", id="one that has few"),
        pytest.param("ascii", True, "茶 – ü".encode(), id="a program"),
    ],
)
def test_any_text_can_be_printed(encoding: str, for_programs: bool, printed: bytes) -> None:
    command = [sys.executable, "-c", PRINT.format(for_programs)]
    done = subprocess.run(
        command, cwd=bootstrap.BASE, env={"PYTHONIOENCODING": encoding}, capture_output=True, check=True
    )
    assert done.stdout == printed
