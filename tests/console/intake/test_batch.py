"""What a batch may be called, and is where nobody says."""

import os
from pathlib import Path

import pytest

from console.intake.batch import MAX_BATCH, batch_of, is_batch
from console.intake.source import Source


@pytest.mark.parametrize(
    ("name", "good"),
    [
        pytest.param("december", True, id="a word"),
        pytest.param("-", True, id="as a pipe's"),
        pytest.param("十二月 (1).ndjson", True, id="as files are called"),
        pytest.param("x" * MAX_BATCH, True, id="as long as may be"),
        pytest.param("x" * (MAX_BATCH + 1), False, id="too long"),
        pytest.param("", False, id="nothing"),
        pytest.param("  ", False, id="nothing to see"),
        pytest.param("a\nb", False, id="a line break"),
        pytest.param("a\x1b[2J", False, id="what steers a terminal"),
        pytest.param("\udcff", False, id="not UTF-8"),
    ],
)
def test_what_a_batch_may_be_called(name: str, good: bool) -> None:
    assert is_batch(name) is good


def test_a_file_s_batch_is_its_name_whatever_its_folder(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        file = tmp_path / folder / "december.ndjson"
        file.parent.mkdir()
        file.write_bytes(b"")
        source = Source(str(file))
        assert batch_of(source) == "december.ndjson"
        source.close()


def test_a_pipe_s_batch_is_not_the_number_that_it_happens_to_have() -> None:
    far, near = os.pipe()
    source = Source(f"/dev/fd/{far}")
    assert batch_of(source) == "-"
    for fd in (source._fd, far, near):
        os.close(fd)
