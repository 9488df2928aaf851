"""What a line of a benchmark's figures says of what is to be reached."""

import pytest

from tests.benchmarks import jobs
from tests.benchmarks.example import figures
from tests.benchmarks.report import Line, percentiles


@pytest.mark.parametrize(
    ("line", "reached"),
    [
        (Line("a rate", 12, target=10, least=True, alone=True), True),
        (Line("a rate", 9, target=10, least=True, alone=True), False),
        (Line("a delay", 12, target=10), False),
        (Line("a delay", 9, target=10), True),
        (Line("beside a peer", 12, 6, 2.0, 3, least=True), False),
        (Line("beside a peer", 12, 4, 3.0, 3, least=True), True),
        (Line("beside a peer that is not there", 12, target=3, least=True), None),
        (Line("nothing to reach", 12), None),
    ],
)
def test_a_target_is_for_the_ratio_or_for_ours(line: Line, reached: bool | None):
    assert line.reached is reached


def test_a_drain_is_judged_by_its_ratio_to_a_peer():
    lines = {line.what: line for line in jobs.lines(figures())}
    assert lines["drained a second, beside PgQueuer"].reached is True
    assert lines["drained a second, beside Procrastinate"].reached is True
    assert not any("oban" in what for what in lines)


def test_nothing_is_judged_after_a_quick_run():
    assert any(line.reached is not None for line in jobs.lines(figures()))
    assert all(line.reached is None for line in jobs.lines(figures(quick=True)))


def test_percentiles_are_values_that_were_measured():
    assert percentiles(list(range(100))) == {"p50": 50, "p95": 95, "p99": 99}
    assert percentiles([7.0]) == {"p50": 7, "p95": 7, "p99": 7}
