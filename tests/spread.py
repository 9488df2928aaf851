"""In which order the suite's workers take its tests."""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def spread(tests: Sequence[T], workers: int, long: Callable[[T], bool]) -> list[T]:
    """Each worker's share of the long ones first, then short ones: none is left with a long one at the end.

    pytest-xdist's worksteal gives each worker a run of the list, of the same length but for the remainder,
    and takes from the end of the longest when one has nothing left.
    """
    first, then = [test for test in tests if long(test)], [test for test in tests if not long(test)]
    ordered: list[T] = []
    left = len(tests)
    for worker in range(workers):
        mine = first[worker::workers]
        room = left // (workers - worker)
        mine += then[: max(0, room - len(mine))]
        then = then[max(0, room - len(first[worker::workers])) :]
        ordered += mine
        left -= len(mine)
    return ordered + then
