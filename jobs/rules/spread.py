"""Spreads: how many lengths of time fall into each of 48 ranges, two to a doubling, from 1 ms to hours. Pure.

The database counts them (``spread`` and ``add_spread``, migration 0005), a spread a minute, task, queue and
state. Spreads add up place by place, so percentiles of any span of time, task or queue can be told from them,
each within the range it falls into.
"""

from collections.abc import Iterable, Sequence

#: Ranges: under 1 ms, then from one power of the square root of two to the next; the last has no end.
PLACES = 48

Spread = Sequence[int]


def lower(place: int) -> float:
    """Milliseconds from which the range at this place (0 is the first) begins."""
    return 0.0 if place == 0 else 2 ** ((place - 1) / 2)


def percentile(spread: Spread, share: float) -> float | None:
    """Milliseconds that this share (0 … 1) of the lengths does not exceed; None of an empty spread.

    Lengths count as evenly spread over their range. Of the last, which has no end, its beginning is told.
    """
    total = sum(spread)
    if not total:
        return None
    left = share * total
    for place, count in enumerate(spread):
        if count and left <= count:
            if place == PLACES - 1:
                break
            return lower(place) + (lower(place + 1) - lower(place)) * max(left, 0) / count
        left -= count
    return lower(PLACES - 1)


def summed(spreads: Iterable[Spread]) -> list[int]:
    """These spreads as one."""
    whole = [0] * PLACES
    for spread in spreads:
        for place, count in enumerate(spread):
            whole[place] += count
    return whole
