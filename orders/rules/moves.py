"""Which states an order may move to."""

from collections.abc import Mapping

#: A secured order is fulfilled at once where nobody outside has to be asked first.
MOVES: Mapping[str, frozenset[str]] = {
    "received": frozenset({"secured", "rejected", "cancelled", "failed"}),
    "secured": frozenset({"fulfilling", "fulfilled", "expired", "cancelled", "failed"}),
    "fulfilling": frozenset({"fulfilled", "cancelled", "failed"}),
    "fulfilled": frozenset(),
    "rejected": frozenset(),
    "expired": frozenset(),
    "cancelled": frozenset(),
    "failed": frozenset(),
}

#: States nothing leaves: no stock is reserved and no money held for them.
FINAL = frozenset(state for state, onward in MOVES.items() if not onward)


class IllegalMove(ValueError):
    """An order cannot move that way."""


def check(state: str, onward: str) -> None:
    """Raises IllegalMove unless ``state`` may be followed by ``onward``."""
    if onward not in MOVES.get(state, frozenset()):
        raise IllegalMove(f"an order cannot move from {state} to {onward}")
