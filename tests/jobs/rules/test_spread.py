"""Percentiles of spreads: what is told of lengths that are only counted by range."""

import math
import random
from collections.abc import Callable

import pytest

from jobs.rules.spread import PLACES, lower, percentile, summed


def spread(*lengths: float) -> list[int]:
    """As the database counts them."""
    counts = [0] * PLACES
    for ms in lengths:
        counts[0 if ms < 1 else min(PLACES - 1, 1 + math.floor(math.log2(ms) * 2))] += 1
    return counts


def test_ranges_double_at_every_second_place() -> None:
    assert [lower(place) for place in (0, 1, 3, 5, 21)] == [0, 1, 2, 4, 1024]


def test_an_empty_spread_has_no_percentile() -> None:
    assert percentile([0] * PLACES, 0.5) is None
    assert percentile([], 0.5) is None


@pytest.mark.parametrize("share", [0.5, 0.95, 0.99])
@pytest.mark.parametrize(
    "draw",
    [
        pytest.param(lambda dice: dice.uniform(5, 500), id="even"),
        pytest.param(lambda dice: dice.lognormvariate(4, 1), id="with a long tail"),
        pytest.param(lambda dice: dice.choice([3, 3_000]), id="two heaps"),
    ],
)
def test_a_percentile_stays_within_its_range(draw: Callable[[random.Random], float], share: float) -> None:
    dice = random.Random(7)
    lengths = sorted(draw(dice) for _ in range(2_000))
    true = lengths[math.ceil(share * len(lengths)) - 1]
    told = percentile(spread(*lengths), share)
    assert told is not None
    assert true / math.sqrt(2) <= told <= true * math.sqrt(2)


def test_percentiles_rise_with_their_share() -> None:
    many = spread(*(2**n for n in range(20)), 0.2, 7, 7, 7)
    told = [percentile(many, share / 20) for share in range(21)]
    assert told == sorted(told)


def test_the_last_range_has_no_end_and_tells_its_beginning() -> None:
    assert percentile(spread(10**12), 0.5) == lower(PLACES - 1)


def test_spreads_add_up_to_the_spread_of_all() -> None:
    assert summed([spread(1, 50), spread(50, 700)]) == spread(1, 50, 50, 700)
    assert summed([]) == [0] * PLACES
