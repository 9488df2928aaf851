"""Which actions an order allows, and why not."""

import pytest

from orders.models import OrderState
from orders.rules.actions import actions
from orders.rules.moves import MOVES


@pytest.mark.parametrize("state", OrderState.values)
def test_an_order_may_be_cancelled_where_it_may_move_there(state: str) -> None:
    assert (actions(state)["cancel"] == "") == ("cancelled" in MOVES[state])


def test_each_end_says_why_not() -> None:
    ends = {state: actions(state)["cancel"] for state, onward in MOVES.items() if not onward}
    assert ends == {
        "fulfilled": "paid",
        "rejected": "over",
        "expired": "over",
        "cancelled": "cancelled",
        "failed": "over",
    }
