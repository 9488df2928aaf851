"""Bytes into lines, however they come cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.intake.lines import MAX_LINE, Line, Lines, may_be_one_document, one_document


def lines_of(*chunks: bytes) -> list[Line]:
    lines = Lines()
    found = [line for chunk in chunks for line in lines.feed(chunk)]
    return found + list(lines.end())


@given(st.lists(st.sampled_from([b"", b"{}", b'{"a": 1}', b" \r", b"x" * 50])), st.integers(1, 20))
def test_lines_are_the_same_however_the_bytes_come_cut(texts: list[bytes], size: int) -> None:
    whole = b"\n".join(texts)
    pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
    expected = [Line(number, text) for number, text in enumerate(texts, start=1) if text.strip()]
    assert lines_of(*pieces) == expected


def test_blank_lines_count_but_are_none() -> None:
    assert lines_of(b"\n \r\n{}\r\n\n[]") == [Line(3, b"{}"), Line(5, b"[]")]


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param([b"a" * (MAX_LINE + 1) + b"\n{}"], id="at once"),
        pytest.param([*[b"a" * 65_536] * 40, b"\n{}"], id="piece by piece"),
        pytest.param([*[b"a" * 65_536] * 40, b"a\n", b"{}\n"], id="its end in a piece of its own"),
    ],
)
def test_a_line_too_long_is_not_kept_and_the_next_one_is_read(chunks: list[bytes]) -> None:
    assert lines_of(*chunks) == [Line(1, None), Line(2, b"{}")]


def test_a_line_as_long_as_may_be_is_kept() -> None:
    assert lines_of(b"a" * MAX_LINE) == [Line(1, b"a" * MAX_LINE)]


def test_of_an_endless_line_only_a_line_is_held() -> None:
    lines = Lines()
    for _ in range(100):
        assert list(lines.feed(b"a" * 65_536)) == []
        assert len(lines._rest) <= MAX_LINE
    assert list(lines.end()) == [Line(1, None)]


@pytest.mark.parametrize(
    ("head", "may"),
    [
        pytest.param(b"", True, id="nothing yet"),
        pytest.param(b'\n{"customer": ', True, id="a first line not ended"),
        pytest.param(b"\n{\n", True, id="an object opened"),
        pytest.param(b'{"customer": "C001"}\n', False, id="a whole object"),
        pytest.param(b"nonsense\n", False, id="nonsense"),
        pytest.param(b"[\n", False, id="a list, which is no order"),
    ],
)
def test_whether_more_must_be_read_before_the_first_line(head: bytes, may: bool) -> None:
    assert may_be_one_document(head) is may


def test_a_document_over_several_lines_is_one_line_where_it_begins() -> None:
    assert one_document(b'\n\n {\n"a": 1\n}\n') == Line(3, b'{\n"a": 1\n}')
    assert one_document(b"{}\n{}\n") is None
