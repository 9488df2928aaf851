"""The order as it comes in: what is taken, what is refused and where, and its one way of being written."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from orders.schema import OrderIn, canonical, digest, problems

GOOD: dict[str, Any] = {"customer": "C001", "currency": "EUR", "lines": [{"sku": "TEA", "quantity": 1}]}


def refused(**changes: Any) -> list[str]:
    with pytest.raises(ValidationError) as error:
        OrderIn.model_validate(GOOD | changes)
    return [problem["field"] for problem in problems(error.value)]


def test_a_good_order_is_taken_from_python_and_from_json() -> None:
    order = OrderIn.model_validate(GOOD)
    assert OrderIn.model_validate_json(canonical(order)) == order


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        pytest.param({"customer": ""}, ["customer"], id="empty"),
        pytest.param({"customer": 1}, ["customer"], id="a number for a text"),
        pytest.param({"customer": "C\x00"}, ["customer"], id="NUL"),
        pytest.param({"customer": "C\ud800"}, ["customer"], id="half a surrogate pair"),
        pytest.param({"customer": "x" * 101}, ["customer"], id="too long"),
        pytest.param({"currency": "eur"}, ["currency"], id="lower case"),
        pytest.param({"currency": "EUX"}, ["currency"], id="no such currency"),
        pytest.param({"lines": []}, ["lines"], id="no lines"),
        pytest.param({"lines": GOOD["lines"] * 1001}, ["lines"], id="too many lines"),
        pytest.param({"lines": [{"sku": "TEA", "quantity": 0}]}, ["lines[0].quantity"], id="nothing of it"),
        pytest.param(
            {"lines": [{"sku": "TEA", "quantity": 10**6 + 1}]}, ["lines[0].quantity"], id="too much"
        ),
        pytest.param({"lines": [{"sku": "TEA", "quantity": "1"}]}, ["lines[0].quantity"], id="text"),
        pytest.param({"lines": [{"sku": "TEA", "quantity": True}]}, ["lines[0].quantity"], id="a truth"),
        pytest.param({"lines": [{"sku": "TEA", "quantity": 1.0}]}, ["lines[0].quantity"], id="a float"),
        pytest.param({"reference": ""}, ["reference"], id="empty reference"),
        pytest.param({"more": 1}, ["more"], id="something else"),
        pytest.param(
            {"lines": [{"sku": "TEA", "quantity": 1, "price": 1}]}, ["lines[0].price"], id="a price"
        ),
    ],
)
def test_a_bad_order_is_refused_by_field(changes: dict[str, Any], fields: list[str]) -> None:
    assert refused(**changes) == fields


def test_messages_are_words_without_machinery() -> None:
    with pytest.raises(ValidationError) as error:
        OrderIn.model_validate(GOOD | {"currency": "EUX"})
    assert problems(error.value) == [{"field": "currency", "message": "is not the code of a currency"}]


def test_the_digest_does_not_depend_on_how_the_order_was_written() -> None:
    turned = {"reference": None, **dict(reversed(GOOD.items()))}
    assert digest(OrderIn.model_validate(GOOD)) == digest(OrderIn.model_validate(turned))


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_another_quantity_is_another_digest(one: int, other: int) -> None:
    first, second = (
        OrderIn.model_validate(GOOD | {"lines": [{"sku": "TEA", "quantity": quantity}]})
        for quantity in (one, other)
    )
    assert (digest(first) == digest(second)) == (one == other)
