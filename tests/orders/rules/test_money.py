"""Minor units in, minor units out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.rules.money import DECIMALS, MAX_AMOUNT, MoneyError, decimals, parse, text, words


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        pytest.param(1234, "EUR", "12.34", id="two decimals"),
        pytest.param(5, "EUR", "0.05", id="less than one"),
        pytest.param(0, "EUR", "0.00", id="nothing"),
        pytest.param(-1234, "EUR", "-12.34", id="negative"),
        pytest.param(-5, "EUR", "-0.05", id="a little below zero"),
        pytest.param(1234, "JPY", "1234", id="no decimals"),
        pytest.param(1234, "KWD", "1.234", id="three decimals"),
        pytest.param(1234, "???", "12.34", id="unknown"),
    ],
)
def test_an_amount_is_written_with_its_currencys_decimals(amount: int, currency: str, written: str) -> None:
    assert text(amount, currency) == written
    assert words(amount, currency) == f"{written} {currency}"


@given(st.integers(-MAX_AMOUNT, MAX_AMOUNT), st.sampled_from(sorted(DECIMALS)))
def test_what_is_written_reads_back(amount: int, currency: str) -> None:
    if len(str(abs(amount))) <= 15:
        assert parse(text(amount, currency), currency) == amount


@pytest.mark.parametrize(
    ("written", "currency", "amount"),
    [
        ("12", "EUR", 1200),
        ("12.3", "EUR", 1230),
        (" 0.005 ", "KWD", 5),
        ("7", "JPY", 7),
        ("-1.5", "EUR", -150),
    ],
)
def test_fewer_decimals_are_filled_up(written: str, currency: str, amount: int) -> None:
    assert parse(written, currency) == amount


@pytest.mark.parametrize(
    "written", ["", "1,5", "1.", ".5", "1e3", "NaN", "١٢", "0x1", "1.005", "+1", "9" * 16, "999999999999999"]
)
def test_what_is_no_amount_in_euros_is_refused(written: str) -> None:
    with pytest.raises(MoneyError):
        parse(written, "EUR")


def test_yen_have_no_decimals_and_a_currency_must_be_known() -> None:
    with pytest.raises(MoneyError, match="JPY has 0 decimals"):
        parse("1.5", "JPY")
    with pytest.raises(MoneyError, match="unknown currency EUX"):
        decimals("EUX")
    assert [decimals(currency) for currency in ("JPY", "EUR", "KWD")] == [0, 2, 3]
