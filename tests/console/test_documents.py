"""Documents passed on unparsed: every digit of them arrives."""

from random import Random

import orjson
import pytest

from console.documents import Document, indented, unparsed
from tests.console.test_json_in_browser import EXACT, anything


def test_a_document_goes_out_as_it_is():
    told = orjson.dumps({"result": Document(EXACT), "id": Random}, default=unparsed).decode()
    assert f'"result":{EXACT}' in told
    assert Document("1.0") == Document("1.0") != Document("1.00")


@pytest.mark.parametrize("seed", range(50))
def test_it_is_indented_as_orjson_does_it(seed):
    value = anything(Random(seed))
    assert indented(orjson.dumps(value).decode()) == orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def test_indenting_changes_no_digit_and_no_text():
    assert "".join(indented(EXACT).split()) == EXACT
    assert indented(r'{"a, [b]: \"": "\\"}') == '{\n  "a, [b]: \\"": "\\\\"\n}'


def test_of_a_long_one_the_beginning_is_made():
    text = orjson.dumps([list(range(1_000))] * 1_000).decode()
    shown = indented(text, 100)
    assert 100 < len(shown) < 120
    assert indented(text).startswith(shown)
