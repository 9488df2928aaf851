import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.rules.retry import RetryPolicy, constant, delay, exponential, linear, should_retry


@pytest.mark.parametrize(
    ("policy", "waits"),
    [
        pytest.param(constant(5, wait=3), [3, 3, 3, 3], id="constant"),
        pytest.param(linear(5, base=2, cap=5), [2, 4, 5, 5], id="linear, capped"),
        pytest.param(exponential(5, base=1, cap=6, jitter=False), [1, 2, 4, 6], id="exponential, capped"),
    ],
)
def test_waits_grow_as_the_policy_says(policy, waits):
    assert [delay(policy, attempt, 0.5) for attempt in (1, 2, 3, 4)] == waits


def test_jitter_spreads_a_wait_between_nothing_and_its_length():
    policy = exponential(3, base=8)
    assert [delay(policy, 1, dice) for dice in (0.0, 0.5, 1.0)] == [0, 4, 8]


@given(
    st.sampled_from(["constant", "linear", "exponential"]),
    st.integers(1, 10_000),
    st.floats(0, 1e6),
    st.floats(0, 1e6),
    st.floats(0, 1),
)
def test_a_wait_is_never_negative_and_never_past_the_cap(kind, attempt, base, cap, dice):
    policy = RetryPolicy(3, kind, base, cap)
    assert 0 <= delay(policy, attempt, dice) <= cap


@pytest.mark.parametrize(("attempt", "again"), [(1, True), (2, True), (3, False), (4, False)])
def test_a_job_is_tried_until_its_attempts_are_used_up(attempt, again):
    assert should_retry(attempt, 3) is again


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"attempts": 1, "base": -1}, {"attempts": 1, "cap": -1}])
def test_a_policy_without_sense_is_refused(wrong):
    with pytest.raises(ValueError):
        RetryPolicy(**wrong)
