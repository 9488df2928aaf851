"""Amounts in words, as the browser writes them: console/static/js/money.js."""

from orders.rules import money


def amount_words(minor: int, unit: str) -> str:
    """123456, ``"EUR"`` → ``"1,234.56 EUR"``."""
    whole, point, rest = money.text(abs(minor), unit).partition(".")
    return f"{'-' if minor < 0 else ''}{int(whole):,}{point}{rest} {unit}"
