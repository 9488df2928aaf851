"""The README's promises name tests that are there."""

import re
from pathlib import Path

import pytest

import jobs

README = Path(jobs.__file__).parent / "README.md"
LINKS = re.findall(r"\]\(([^)]+)\)", README.read_text())
ROWS = [line for line in README.read_text().splitlines() if line.startswith("| ") and "](" in line]


@pytest.mark.parametrize("link", sorted(set(LINKS)))
def test_every_link_leads_somewhere(link):
    assert (README.parent / link).exists()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2:40])
def test_every_named_test_exists(row):
    texts = "".join((README.parent / link).read_text() for link in re.findall(r"\]\(([^)]+)\)", row))
    for name in re.findall(r"`(test_\w+)…?`", row):
        assert f"def {name}" in texts
