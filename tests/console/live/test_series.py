"""The dashboard's points."""

from console.live.board import Standing
from console.live.series import Series


def standing(fulfilled=0, rejected=0, **jobs):
    return Standing({"fulfilled": fulfilled, "rejected": rejected}, jobs)


def test_the_first_sample_has_nothing_to_compare_to():
    assert Series().add(100.0, standing(5))["per_second"] == []


def test_a_point_is_what_was_added_since_the_last():
    series = Series()
    series.add(100.0, standing(5, 1, succeeded=2))
    event = series.add(101.0, standing(8, 1, succeeded=4, failed=1))
    assert event["per_second"] == [[101, 3, 0, 3]]


def test_samples_far_apart_give_their_mean_a_second():
    series = Series()
    series.add(100.0, standing(0))
    assert series.add(104.0, standing(40))["per_second"] == [[104, 10, 0, 0]]


def test_a_stretch_without_samples_is_a_gap_and_no_line():
    series = Series()
    series.add(100.0, standing(0))
    event = series.add(107.0, standing(14))
    assert event["per_second"] == [[second, None, None, None] for second in range(101, 107)] + [
        [107, 2, 0, 0]
    ]


def test_a_gap_is_no_longer_than_what_is_kept():
    series = Series(seconds=3)
    series.add(100.0, standing(0))
    series.add(100_000.0, standing(0))
    assert [point[0] for point in series.whole()["per_second"]] == [99_998, 99_999, 100_000]


def test_points_far_apart_go_when_their_time_is_over():
    series = Series(seconds=10)
    for second in range(0, 40, 4):
        series.add(100.0 + second, standing(second))
    assert [point[0] for point in series.whole()["per_second"]] == [128, 132, 136]


def test_a_counter_that_falls_gives_nothing():
    series = Series()
    series.add(100.0, standing(succeeded=9))
    assert series.add(101.0, standing(succeeded=4))["per_second"] == [[101, 0, 0, 0]]


def test_the_whole_is_the_last_seconds_only():
    series = Series(seconds=3)
    for second in range(10):
        series.add(100.0 + second, standing(second))
    assert [point[0] for point in series.whole()["per_second"]] == [107, 108, 109]


def test_before_any_sample_there_is_an_empty_whole():
    assert Series().whole() == {"per_second": []}


def test_an_event_leaves_out_what_is_as_it_was():
    series = Series()
    first = series.add(100.0, standing(5))
    assert {"verdict", "orders", "jobs", "workers", "queues", "errors", "people", "latency"} <= first.keys()
    assert series.add(101.0, standing(5)).keys() == {"per_second"}
    assert series.add(102.0, standing(6)).keys() == {"per_second", "orders"}
    series.ledger = {"ok": True, "checked_at": None, "problems": []}
    assert series.add(103.0, standing(6)).keys() == {"per_second", "ledger"}
    assert series.whole().keys() == first.keys()
