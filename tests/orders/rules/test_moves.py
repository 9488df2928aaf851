"""Which states follow which."""

import pytest

from orders.models import OrderState
from orders.rules.moves import FINAL, MOVES, IllegalMove, check


def test_every_state_of_the_table_has_its_moves() -> None:
    assert set(MOVES) == set(OrderState.values)
    assert set().union(*MOVES.values()) <= set(MOVES)


def test_nothing_leaves_a_final_state() -> None:
    assert {"fulfilled", "rejected", "expired", "cancelled", "failed"} == FINAL
    for state in FINAL:
        for onward in MOVES:
            with pytest.raises(IllegalMove):
                check(state, onward)


def test_every_state_is_reached_and_every_way_ends() -> None:
    reached, new = set(), {"received"}
    while new:
        reached |= new
        new = set().union(*(MOVES[state] for state in new)) - reached
    assert reached == set(MOVES)


@pytest.mark.parametrize(
    "move", ["received secured", "secured fulfilling", "secured fulfilled", "fulfilling fulfilled"]
)
def test_the_way_of_a_good_order_is_legal(move: str) -> None:
    check(*move.split())


@pytest.mark.parametrize(
    "move", ["received fulfilled", "secured rejected", "fulfilled received", "no secured"]
)
def test_short_cuts_and_ways_back_are_not(move: str) -> None:
    with pytest.raises(IllegalMove):
        check(*move.split())
