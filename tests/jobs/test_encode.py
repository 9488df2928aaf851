import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.encode import MAX_DEPTH, TooDeep, Unreadable, depth, dump, load, words

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abc\\u0"), inner),
)


@given(plain)
def test_plain_values_come_back_as_they_were(value):
    assert json.loads(dump(value)) == value


def test_a_backslash_before_u0000_is_no_nul():
    assert json.loads(dump("\\u0000")) == "\\u0000"


@pytest.mark.parametrize("value", ["\x00", {"k": ["a\x00"]}, {"\x00": 1}, "\\\x00"])
def test_a_nul_is_refused(value):
    with pytest.raises(ValueError):
        dump(value)


def test_words_keep_to_what_a_column_takes():
    assert words("a\x00b\ud800c") == "a\ufffdb?c"
    assert words("x" * 10, 5) == "xxxx…"


def deep(levels, value=1):
    for _level in range(levels):
        value = {"a": [value]}
    return value


def test_what_is_nested_deeper_than_may_be_is_refused():
    assert json.loads(dump(deep(MAX_DEPTH // 2))) == deep(MAX_DEPTH // 2)
    inside_itself = []
    inside_itself.append(inside_itself)
    for value in (deep(MAX_DEPTH // 2, []), deep(126), deep(200), inside_itself):
        with pytest.raises(TooDeep, match="deeper than 200 levels"):
            dump(value)
    assert dump([[]] * 500) == json.dumps([[]] * 500).replace(" ", "")


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        pytest.param("1", 0, id="a number"),
        pytest.param('"[["', 0, id="brackets in a text"),
        pytest.param(r'["\"[[", "\\", {"\\\"]": []}]', 3, id="behind backslashes and quotes"),
        pytest.param("[]", 1, id="a list of nothing"),
        pytest.param("{ }", 1, id="an object of nothing"),
        pytest.param("[[1], [1]]", 2, id="side by side"),
        pytest.param('[{}, [{"a": []}]]', 4, id="lists and objects"),
    ],
)
def test_depth_counts_lists_and_objects_in_one_another(text, levels):
    assert depth(text.encode()) == levels


def levels_of(value):
    if not isinstance(value, list | dict):
        return 0
    return 1 + max(map(levels_of, value.values() if isinstance(value, dict) else value), default=0)


@given(
    st.recursive(
        st.text('[]{}"\\ a'), lambda inner: st.lists(inner) | st.dictionaries(st.text('[{"\\'), inner)
    )
)
def test_depth_is_that_of_the_value(value):
    assert depth(json.dumps(value).encode()) == levels_of(value)


def test_what_jsonb_takes_and_nobody_here_can_read_is_told_from_the_rest():
    assert load('[1, {"a": 1e300}]') == [1, {"a": 1e300}]
    for text in ("[" * 2_000 + "]" * 2_000, "1" + "0" * 400, "[1e400]"):
        assert isinstance(load(text), Unreadable)
        assert "to be read" in str(load(text))
