import pytest

from jobs.models import FinalState, HotState
from jobs.rules.transitions import FINAL, HOT, MOVES, legal


def test_the_rules_know_the_states_of_the_tables():
    assert set(HotState.values) == HOT
    assert set(FinalState.values) == FINAL
    assert set(MOVES) == HOT | FINAL


def test_only_a_running_job_succeeds_or_fails():
    for state in ("succeeded", "failed"):
        assert [before for before in MOVES if legal(before, state)] == ["running"]


def test_every_hot_job_can_be_cancelled():
    assert all(legal(state, "cancelled") for state in HOT)


def test_an_ended_job_can_only_be_made_ready_again():
    assert all(MOVES[state] == {"ready"} for state in FINAL)


def test_every_state_can_be_reached():
    assert set().union(*MOVES.values()) == HOT | FINAL


def test_a_state_nobody_knows_is_an_error():
    with pytest.raises(KeyError):
        legal("ready", "lost")
    with pytest.raises(KeyError):
        legal("lost", "ready")
