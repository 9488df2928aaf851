"""A line becomes an order under a key, or says field by field what is wrong."""

import orjson
import pytest

from console.intake.entry import entry_of
from console.intake.lines import MAX_LINE, Line
from console.intake.twins import Twins
from orders.submit import KEY

UNREAD = "the line cannot be read: "
ORDER = {"customer": "C001", "currency": "EUR", "lines": [{"sku": "TEA", "quantity": 2}]}


def key(twins: Twins, **more: object) -> str:
    found = entry_of(Line(1, orjson.dumps(ORDER | more)), twins)
    assert found.submission is not None, found.errors
    assert found.submission.key is not None
    return found.submission.key


def test_the_line_s_own_key_is_its_key() -> None:
    assert key(Twins(), key="till-3") == "till-3"


def test_the_same_lines_again_get_the_same_keys_each_another() -> None:
    first, again = Twins(), Twins()
    keys = [key(first) for _ in range(3)]
    assert len(set(keys)) == 3
    assert [key(again) for _ in range(3)] == keys
    assert all(KEY.fullmatch(one) for one in keys)


def test_another_line_before_changes_no_key() -> None:
    first, again = Twins(), Twins()
    expected = key(first)
    key(again, customer="C002")
    assert key(again) == expected


def test_the_same_content_under_the_same_reference_is_the_same_order() -> None:
    twins = Twins()
    assert key(twins, reference="A1") == key(twins, reference="A1")
    assert key(twins, reference="A1") != key(twins, reference="A2")


def test_a_key_that_says_nothing_is_none() -> None:
    assert key(Twins(), key=None) == key(Twins())


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        pytest.param(None, {"": f"the line is longer than {MAX_LINE} bytes"}, id="too long"),
        pytest.param(b"{", {"": UNREAD + "it is not JSON at character 2"}, id="not JSON"),
        pytest.param(b'"\xff"', {"": UNREAD + "it is not JSON at character 1"}, id="not UTF-8"),
        pytest.param(b"[" * 5000, {"": UNREAD + "it is nested too deep"}, id="too deep"),
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
    found = entry_of(Line(7, text), Twins())
    assert found.line == 7
    assert found.submission is None
    assert found.errors
    if errors:
        assert {error["field"]: error["message"] for error in found.errors} == errors
