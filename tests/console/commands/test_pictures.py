"""The README's pictures are there, light enough to open it with, and a command takes them anew."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.process import ROOT

FOLDER = ROOT / "tests" / "pictures"
NAMES = {
    f"{name}.webp" for name in ("dashboard-light", "dashboard-dark", "order-light", "order-dark", "recording")
}
#: Bytes of all of them together.
BUDGET = 1_500_000


def pictures(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "pictures", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=170,
    )  # fmt: skip


def frames(picture: bytes) -> int:
    """How many a WebP has: its chunks of animation are counted, for whoever has no Pillow."""
    assert picture[:4] == b"RIFF"
    assert picture[8:12] == b"WEBP"
    at, found = 12, 0
    while at < len(picture):
        found += picture[at : at + 4] == b"ANMF"
        size = int.from_bytes(picture[at + 4 : at + 8], "little")
        at += 8 + size + size % 2
    return found


def check(folder: Path) -> None:
    """All of them, no others, within the budget; the recording moves, the others stand still."""
    found = {path.name: path.read_bytes() for path in folder.glob("*.webp")}
    assert found.keys() == NAMES
    assert sum(map(len, found.values())) < BUDGET
    moving = {name: frames(picture) for name, picture in found.items()}
    assert moving.pop("recording.webp") > 20
    assert set(moving.values()) == {0}


def test_the_pictures_are_there_and_light_and_the_recording_moves() -> None:
    check(FOLDER)


def test_the_readme_opens_with_them_and_says_what_one_sees() -> None:
    opening = "\n".join((ROOT / "README.md").read_text().splitlines()[:40])
    assert set(re.findall(r"\"tests/pictures/([\w-]+\.webp)\"", opening)) == NAMES
    for picture in re.findall(r"<img [^>]+>", opening):
        said = re.search(r'alt="([^"]+)"', picture)
        assert said, picture
        assert len(said[1]) > 40


def test_help_shows_how_it_is_used() -> None:
    done = pictures("--help")
    assert done.returncode == 0, done.stderr
    assert "manage.py pictures --to" in done.stdout


@pytest.mark.browser
@pytest.mark.fault_long  # a demo, and a worker killed in it: a minute
@pytest.mark.timeout(180)
def test_they_are_taken_anew(chromium: str, tmp_path: Path) -> None:
    done = pictures("--quick", "--to", str(tmp_path))
    assert done.returncode == 0, done.stderr
    check(tmp_path)
    assert {Path(line.split()[0]).name for line in done.stdout.splitlines()} == NAMES
