"""The README names tests and files that are there."""

import re
from pathlib import Path

README = Path(__file__).parents[2] / "orders" / "README.md"


def test_every_test_that_proves_a_promise_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", README.read_text(encoding="utf-8")))
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert named
    assert {name for name in named if f"def {name}(" not in tests} == set()


def test_every_link_leads_to_a_file() -> None:
    links = re.findall(r"\]\(([^)]+)\)", README.read_text(encoding="utf-8"))
    assert [link for link in links if not (README.parent / link).exists()] == []


def test_the_diagram_shows_exactly_the_legal_moves() -> None:
    from orders.rules.moves import MOVES

    drawn = set(re.findall(r"^    (\w+) --> (\w+)", README.read_text(encoding="utf-8"), re.MULTILINE))
    assert drawn == {(state, onward) for state, onwards in MOVES.items() for onward in onwards}
