"""JSON as it comes in."""

import pytest

from console import json_in
from jobs.encode import MAX_DEPTH


def nested(levels: int, kind: str) -> bytes:
    opening, inside, closing = {"lists": (b"[", b"", b"]"), "objects": (b'{"a":', b"1", b"}")}[kind]
    return opening * levels + inside + closing * levels


@pytest.mark.parametrize("kind", ["lists", "objects"])
def test_what_is_nested_deeper_than_may_be_is_refused_in_words(kind: str) -> None:
    json_in.loads(nested(MAX_DEPTH, kind))
    for levels in (MAX_DEPTH + 1, 252, 1_024, 100_000):
        with pytest.raises(json_in.NotJson) as refused:
            json_in.loads(nested(levels, kind))
        assert str(refused.value) == "it is nested deeper than 200 levels"


def test_many_brackets_beside_each_other_are_not_deep() -> None:
    assert json_in.loads(b"[" + b"[]," * 1_000 + b'"[[["]') == [[]] * 1_000 + ["[[["]


def test_a_field_twice_in_something_deep_is_found() -> None:
    text = b"[" * (MAX_DEPTH - 1) + b'{"a": 1, "a": 2}' + b"]" * (MAX_DEPTH - 1)
    with pytest.raises(json_in.Twice):
        json_in.loads(text)
