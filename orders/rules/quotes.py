"""What a carrier's answer means, and which of several answers wins."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from orders.rules.money import DECIMALS, MAX_AMOUNT

#: Where an error's body says what is wrong, and how much of that is kept.
SAYS, SAID = ("detail", "error", "message", "title"), 120


@dataclass(frozen=True, slots=True)
class Offer:
    """A good answer: a price in minor units of a currency."""

    carrier: str
    price: int
    currency: str


class NoOffer(ValueError):
    """An answer that is no offer; the message says what it was instead."""


def read_offer(carrier: str, status: int, body: Any) -> Offer:
    """An answer's status and JSON body as an offer. Raises NoOffer."""
    if status != 200:
        raise NoOffer(f"answered {status}{_said(body)}")
    price = body.get("price") if isinstance(body, dict) else None
    currency = body.get("currency") if isinstance(body, dict) else None
    if type(price) is not int or not 0 <= price <= MAX_AMOUNT:
        raise NoOffer("named no price")
    if not isinstance(currency, str) or currency not in DECIMALS:
        raise NoOffer("named no currency")
    return Offer(carrier, price, currency)


def _said(body: Any) -> str:
    """What an error's body says in words, on one line: RFC 9457's detail, or what many others use."""
    said = [body.get(key) for key in SAYS] if isinstance(body, dict) else []
    words = next((" ".join(text.split()) for text in said if isinstance(text, str)), "")
    return ": " + (words if len(words) <= SAID else f"{words[: SAID - 1]}…") if words else ""


def best(offers: Iterable[Offer]) -> Offer | None:
    """Of offers that came at the same moment: the lowest figure, then the first name."""
    return min(offers, key=lambda offer: (offer.price, offer.carrier), default=None)
