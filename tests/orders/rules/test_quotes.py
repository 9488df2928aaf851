"""What a carrier's answer is worth."""

import pytest

from orders.rules.quotes import NoOffer, Offer, best, read_offer


def test_a_price_in_a_currency_is_an_offer() -> None:
    assert read_offer("swift", 200, {"price": 690, "currency": "EUR", "more": 1}) == Offer(
        "swift", 690, "EUR"
    )


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        pytest.param(500, {"price": 1, "currency": "EUR"}, "answered 500", id="an error"),
        pytest.param(422, {"error": "too\n heavy"}, "^answered 422: too heavy$", id="its reason"),
        pytest.param(422, {"title": "No", "detail": "too heavy"}, "^answered 422: too heavy$", id="RFC 9457"),
        pytest.param(500, {"error": "x" * 500}, f"^answered 500: {'x' * 119}…$", id="a long error"),
        pytest.param(500, {"error": {"code": 7}}, "^answered 500$", id="an error without words"),
        pytest.param(500, ["x"], "^answered 500$", id="a list that is an error"),
        pytest.param(204, None, "answered 204", id="nothing"),
        pytest.param(200, [], "named no price", id="a list"),
        pytest.param(200, {"currency": "EUR"}, "named no price", id="no price"),
        pytest.param(200, {"price": True, "currency": "EUR"}, "named no price", id="a truth"),
        pytest.param(200, {"price": 6.9, "currency": "EUR"}, "named no price", id="a float"),
        pytest.param(200, {"price": -1, "currency": "EUR"}, "named no price", id="negative"),
        pytest.param(200, {"price": 10**19, "currency": "EUR"}, "named no price", id="too large for a row"),
        pytest.param(200, {"price": 1}, "named no currency", id="no currency"),
        pytest.param(200, {"price": 1, "currency": "€"}, "named no currency", id="no code"),
        pytest.param(200, {"price": 1, "currency": ["EUR"]}, "named no currency", id="a list of codes"),
    ],
)
def test_anything_else_is_none(status: int, body: object, words: str) -> None:
    with pytest.raises(NoOffer, match=words):
        read_offer("swift", status, body)


def test_of_two_at_once_the_lower_wins() -> None:
    assert best([Offer("a", 2, "EUR"), Offer("c", 1, "EUR"), Offer("b", 1, "EUR")]) == Offer("b", 1, "EUR")
    assert best([]) is None
