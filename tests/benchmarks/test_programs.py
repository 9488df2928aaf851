"""A process that is asked: its answer, or in words why there is none, and nothing left of it."""

import os
import sys
import time
from pathlib import Path

import pytest

from tests.benchmarks import environments
from tests.benchmarks.programs import Failed, ask

SERVE = "from tests.benchmarks.protocol import serve; "


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_an_answer_is_what_the_process_says_whatever_it_prints():
    code = SERVE + "serve({'double': lambda n: print('noise') or {'n': 2 * n}})"
    assert ask(python(code), "double 21", 20) == {"n": 42}


def test_a_process_that_fails_says_why_with_its_last_line():
    with pytest.raises(Failed, match=r"^drain 5: ZeroDivisionError: "):
        ask(python(SERVE + "serve({'drain': lambda n: 1 / 0})"), "drain 5", 20)


def test_a_process_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path):
    pids = tmp_path / "pids"
    code = (
        "import os, subprocess, sys, time; "
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}'); time.sleep(60)"
    )
    with pytest.raises(Failed, match=r"^drain 5: not done within 3 s$"):
        ask(python(code), "drain 5", 3)
    deadline = time.monotonic() + 20
    for pid in map(int, pids.read_text().split()):
        while _runs(pid):
            assert time.monotonic() < deadline, "it still runs"


def _runs(pid: int) -> bool:
    """A child of a process that has ended is a zombie until init has seen it."""
    try:
        os.kill(pid, 0)
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_an_old_python_without_a_newer_one_is_said_in_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "newest_python").write_text("#!/bin/sh\n")
    (tmp_path / ".ci" / "newest_python").chmod(0o755)
    monkeypatch.setattr(environments, "ROOT", tmp_path)
    with pytest.raises(Failed, match=r"^needs Python ≥ 9\.0$"):
        environments.interpreter((9, 0))


def test_this_python_is_taken_where_it_is_new_enough():
    assert environments.interpreter((3, 11)) == sys.executable
