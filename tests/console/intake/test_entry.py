"""A line becomes an order under a key, or says field by field what is wrong."""

import orjson
import pytest

from console.intake.entry import entry_of
from console.intake.keys import Keys
from console.intake.lines import MAX_LINE, Line

UNREAD = "the line cannot be read: "
ORDER = {"customer": "C001", "currency": "EUR", "lines": [{"sku": "TEA", "quantity": 2}]}


def key(**more: object) -> tuple[str, str | None]:
    """The key of a line, and where it is from."""
    found = entry_of(Line(1, orjson.dumps(ORDER | more)), Keys("-"))
    assert found.submission is not None, found.errors
    assert found.submission.key is not None
    return found.submission.key, found.key_from


def test_the_line_s_own_key_is_its_key() -> None:
    assert key(key="till-3") == ("till-3", "key")
    assert key(key="till-3", reference="A1") == ("till-3", "key")


def test_a_line_without_one_is_known_by_its_reference_or_its_content() -> None:
    assert key(reference="A1")[1] == "reference"
    assert key()[1] == "content"


def test_a_key_that_says_nothing_is_none() -> None:
    assert key(key=None) == key()


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        pytest.param(None, {"": f"the line is longer than {MAX_LINE} bytes"}, id="too long"),
        pytest.param(b"{", {"": UNREAD + "it is not JSON at character 2"}, id="not JSON"),
        pytest.param(b'"\xff"', {"": UNREAD + "it is not JSON at character 1"}, id="not UTF-8"),
        pytest.param(b"[" * 5000, {"": UNREAD + "it is nested deeper than 200 levels"}, id="too deep"),
        pytest.param(
            b"[" * 201 + b"]" * 201,
            {"": UNREAD + "it is nested deeper than 200 levels"},
            id="a level too deep",
        ),
        pytest.param(b'{"key": "a", "key": "b"}', {"key": "this field is there twice"}, id="a field twice"),
        pytest.param(b"[]", {"": "the line is not a JSON object"}, id="a list"),
        pytest.param(
            orjson.dumps(ORDER | {"key": "ä", "currency": "XXX"}),
            {"key": "must be 1 to 255 visible ASCII characters", "currency": "is not the code of a currency"},
            id="its key and its currency",
        ),
        pytest.param(orjson.dumps(ORDER | {"key": "a b"}), None, id="a key with a space"),
        pytest.param(orjson.dumps(ORDER | {"key": 7}), None, id="a key that is a number"),
        pytest.param(orjson.dumps(ORDER | {"colour": "red"}), None, id="a field nobody knows"),
        pytest.param(orjson.dumps(ORDER | {"lines": []}), None, id="no line"),
    ],
)
def test_what_is_no_order_is_told_field_by_field(text: bytes | None, errors: dict[str, str] | None) -> None:
    found = entry_of(Line(7, text), Keys("-"))
    assert found.line == 7
    assert found.submission is None
    assert found.key_from is None
    assert found.errors
    if errors:
        assert {error["field"]: error["message"] for error in found.errors} == errors
