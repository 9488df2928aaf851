"""Every type of error a schema can tell has a sentence of ours, with its limits."""

from typing import Any, Literal
from uuid import UUID

import pytest
from pydantic import TypeAdapter, ValidationError

from orders.models import OrderState
from orders.schema import MAX_FIELDS, LineIn, OrderIn
from orders.wrong import MAX_NAME, MAX_PROBLEMS, field_name, told, words

LINE = {"sku": "TEA", "quantity": 1}
ORDER: dict[str, Any] = {"customer": "C001", "currency": "EUR", "lines": [LINE]}
WHOLE = "must be a whole number from 1 to 1000000"

CASES = [
    pytest.param(OrderIn, [], "must be an object", id="a list for an object"),
    pytest.param(OrderIn, {}, "is missing", id="nothing of it"),
    pytest.param(OrderIn, ORDER | {"colour": 1}, "is not a field of this request", id="a field too many"),
    pytest.param(
        OrderIn,
        dict.fromkeys(map(str, range(MAX_FIELDS + 1))),
        f"has more than {MAX_FIELDS} fields",
        id="far too many",
    ),
    pytest.param(OrderIn, ORDER | {"lines": {}}, "must be a list", id="an object for a list"),
    pytest.param(OrderIn, ORDER | {"lines": []}, "must not be empty", id="no lines"),
    pytest.param(
        OrderIn, ORDER | {"lines": [LINE] * 1001}, "must have at most 1000 entries", id="1,001 lines"
    ),
    pytest.param(OrderIn, ORDER | {"customer": 7}, "must be a text", id="a number for a text"),
    pytest.param(OrderIn, ORDER | {"customer": ""}, "must not be empty", id="an empty text"),
    pytest.param(
        OrderIn, ORDER | {"customer": "x" * 101}, "must have at most 100 characters", id="a long text"
    ),
    pytest.param(OrderIn, ORDER | {"customer": "\0"}, "must not contain a NUL character", id="NUL"),
    pytest.param(
        OrderIn, ORDER | {"customer": "\ud800"}, "must not contain half a character", id="half of one"
    ),
    pytest.param(OrderIn, ORDER | {"currency": "EUX"}, "is not the code of a currency", id="no currency"),
    *(
        pytest.param(LineIn, LINE | {"quantity": value}, WHOLE, id=f"the quantity {value!r}")
        for value in (0, 10**6 + 1, 1e21, 1.5, "1", True, None)
    ),
    pytest.param(Literal["a", "b", "c"], "d", "must be one of a, b, c", id="none of three"),
    pytest.param(OrderState, "lost", "must be one of " + ", ".join(OrderState.values), id="no state"),
    pytest.param(UUID, "x", "must be a UUID", id="a text for a UUID"),
    pytest.param(UUID, 7, "must be a UUID", id="a number for a UUID"),
    pytest.param(float, "x", "cannot be used", id="a type without a sentence"),
]


@pytest.mark.parametrize(("kind", "value", "expected"), CASES)
def test_what_is_wrong_is_told_in_words_of_our_own(kind: Any, value: Any, expected: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_python(value)
    assert {words(error) for error in refused.value.errors()} == {expected}


def test_fields_are_written_as_people_write_them() -> None:
    assert field_name(("lines", 2, "sku")) == "lines[2].sku"
    assert field_name(()) == ""
    assert field_name(("x" * 1000,)) == "x" * MAX_NAME


def test_no_more_is_told_than_anybody_reads() -> None:
    errors = [{"type": "missing", "loc": ("lines", place)} for place in range(MAX_PROBLEMS + 1)]
    assert len(told(errors)) == MAX_PROBLEMS
