"""Percentiles by minute, from the spreads of the last hour."""

from datetime import UTC, datetime

from console.live.latency import Latency
from jobs.rules.spread import PLACES

NOW = 1_800_000_000  # a whole minute


def spread(place, count=10):
    """So many lengths in one range: 11 is 32 to 45 ms, 21 is 1,024 to 1,448 ms."""
    return [count if at == place else 0 for at in range(PLACES)]


def ended(minutes_ago, wait=11, run=21):
    return {"minute": at(minutes_ago), "wait": spread(wait), "run": spread(run)}


def fulfilled(minutes_ago, took=21):
    return {"minute": at(minutes_ago), "took": spread(took)}


def at(minutes_ago):
    return datetime.fromtimestamp(NOW - 60 * minutes_ago, UTC)


def test_before_anything_ended_there_is_no_point_and_no_figure():
    latency = Latency()
    latency.add(NOW, [], [])
    assert latency.points == {"orders": [], "jobs": []}
    assert set(latency.figures.values()) == {None}


def test_each_minute_since_the_first_has_a_point_and_one_without_any_is_empty():
    latency = Latency()
    latency.add(NOW, [ended(2), ended(0)], [fulfilled(1)])
    assert latency.points["orders"] == [[NOW - 60, 1236, 1427]]
    assert latency.points["jobs"] == [[NOW - 120, 39, 45, 1236, 1427], [NOW - 60, None, None, None, None]]


def test_the_minute_that_is_not_over_has_a_point_only_while_there_is_no_other():
    latency = Latency()
    latency.add(NOW, [ended(0)], [])
    assert [at for at, *_ in latency.points["jobs"]] == [NOW]
    latency.add(NOW + 60, [ended(-1)], [])
    assert [at for at, *_ in latency.points["jobs"]] == [NOW]
    latency.add(NOW + 120, [], [])
    assert [at for at, *_ in latency.points["jobs"]] == [NOW, NOW + 60]


def test_the_figures_are_of_the_last_five_minutes():
    latency = Latency()
    latency.add(NOW, [ended(5, wait=30), ended(4), ended(0)], [fulfilled(6)])
    assert (latency.figures["wait_p50"], latency.figures["order_p50"]) == (39, None)


def test_a_minute_read_again_is_replaced_and_an_hour_old_one_goes():
    latency = Latency()
    latency.add(NOW, [ended(0, wait=30)], [])
    latency.add(NOW, [ended(0, wait=11)], [])
    assert latency.points["jobs"][0][1] == 39
    latency.add(NOW + 3600, [], [])
    assert latency.points["jobs"] == []
