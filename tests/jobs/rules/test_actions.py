"""Which actions a job allows, and why not."""

import pytest

from jobs.rules.actions import actions
from jobs.rules.transitions import FINAL, HOT, legal

RETRIED, CANCELLED = {"failed", "cancelled"}, {"scheduled", "waiting", "ready"}


@pytest.mark.parametrize("state", sorted(HOT | FINAL))
def test_what_may_be_done_is_a_legal_move_and_the_rest_says_why_not(state):
    found = actions(state)
    assert (found["retry"] == "") == (state in RETRIED)
    assert (found["cancel"] == "") == (state in CANCELLED)
    assert found["retry"] or legal(state, "ready")
    assert found["cancel"] or legal(state, "cancelled")
