import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.rules.pace import Pace, next_slot

rates = st.integers(1, 2000)
bursts = st.integers(1, 200)


def slots(pace: Pace, asks: list[float]) -> list[float]:
    given, next_at = [], None
    for now in asks:
        slot, next_at = next_slot(pace, next_at, now)
        given.append(slot)
    return given


def most_in_a_second(instants: list[float]) -> int:
    """Most instants in any closed window of one second."""
    instants = sorted(instants)
    most = first = 0
    for last, instant in enumerate(instants):
        while instant - instants[first] > 1:
            first += 1
        most = max(most, last - first + 1)
    return most


@given(rates, bursts, st.lists(st.floats(0, 3), max_size=200), st.randoms())
def test_never_more_than_rate_and_burst_start_in_any_second_however_late(
    rate: int, burst: int, gaps: list[float], random: object
) -> None:
    pace = Pace(rate, burst)
    asks = [sum(gaps[: n + 1]) for n in range(len(gaps))] + [sum(gaps)] * 300
    starts = [slot + random.random() * 0.999 * pace.lateness for slot in slots(pace, asks)]  # type: ignore[attr-defined]
    assert most_in_a_second(starts) <= rate + burst


@given(rates, bursts)
def test_the_latest_first_calls_still_leave_room_for_those_behind(rate: int, burst: int) -> None:
    pace = Pace(rate, burst)
    given = slots(pace, [0.0] * (2 * (rate + burst)))
    # The worst case: whoever has a slot in the first moments starts as late as allowed, the others on time.
    latest = 0.999 * pace.lateness
    assert most_in_a_second([max(slot, latest) for slot in given]) <= rate + burst


@given(rates, bursts)
def test_half_of_the_burst_may_start_at_once(rate: int, burst: int) -> None:
    pace = Pace(rate, burst)
    at_once = sum(slot < 1e-6 for slot in slots(pace, [0.0] * (burst + 1)))
    assert at_once == burst - burst // 2


@pytest.mark.parametrize(("rate", "expected"), [(50, 0.02), (3, 0.333334), (0.5, 2.0)])
def test_an_interval_is_rounded_up_to_what_the_database_counts(rate: float, expected: float) -> None:
    assert Pace(rate, 1).interval == expected


def test_a_quiet_key_gives_its_slot_at_once() -> None:
    assert next_slot(Pace(2, 1), 10.0, now=100.0) == (100.0, 100.5)


def test_a_busy_key_gives_the_next_free_slot() -> None:
    assert next_slot(Pace(2, 1), 103.0, now=100.0) == (103.0, 103.5)
