"""Amounts in words have a mark between thousands, and all decimals of their currency."""

import pytest

from console.amounts import amount_words


@pytest.mark.parametrize(
    ("minor", "unit", "words"),
    [
        (0, "EUR", "0.00 EUR"),
        (-50, "EUR", "-0.50 EUR"),
        (123_456, "EUR", "1,234.56 EUR"),
        (1_234_567, "JPY", "1,234,567 JPY"),
        (-1_234_567, "KWD", "-1,234.567 KWD"),
        (10**15, "EUR", "10,000,000,000,000.00 EUR"),
    ],
)
def test_an_amount(minor, unit, words):
    assert amount_words(minor, unit) == words
