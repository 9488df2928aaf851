"""What a person may do with an order, and why not. Pure."""

from collections.abc import Mapping

from orders.rules.moves import MOVES

#: Why an order cannot be cancelled, by its state. The words for the codes are in console/words.py.
_NOT_CANCELLED: Mapping[str, str] = {
    "fulfilled": "paid",
    "cancelled": "cancelled",
    "rejected": "over",
    "expired": "over",
    "failed": "over",
}


def actions(state: str) -> dict[str, str]:
    """Action → "" where it may be done now, else the code of why not."""
    return {"cancel": "" if "cancelled" in MOVES[state] else _NOT_CANCELLED[state]}
