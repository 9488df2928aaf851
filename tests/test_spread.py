"""No worker is left with a long test at the end, and none is lost."""

import pytest

from tests.spread import spread


@pytest.mark.parametrize(
    ("tests", "workers", "ordered"),
    [
        pytest.param("abAcBdefC", 3, "AabBcdCef", id="each begins with a long one"),
        pytest.param("abcABCD", 3, "ADBaCbc", id="long ones left over go to the first"),
        pytest.param("aAbBC", 1, "ABCab", id="one worker"),
        pytest.param("AB", 3, "AB", id="fewer than workers"),
        pytest.param("ABCDE", 2, "ACEBD", id="only long ones"),
        pytest.param("", 3, "", id="none"),
    ],
)
def test_the_long_ones_come_first_in_each_workers_share(tests: str, workers: int, ordered: str) -> None:
    spread_out = spread(tests, workers, str.isupper)
    assert "".join(spread_out) == ordered


@pytest.mark.parametrize("workers", range(1, 8))
@pytest.mark.parametrize("long", [0, 1, 5, 40, 100])
def test_none_is_lost_or_taken_twice(long: int, workers: int) -> None:
    assert sorted(spread(range(100), workers, lambda test: test * 7 % 100 < long)) == list(range(100))
