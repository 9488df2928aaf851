"""The way of an order through its states."""

from datetime import UTC, datetime, timedelta

from orders.rules.way import way

T0 = datetime(2026, 1, 1, tzinfo=UTC)


def events(*told):
    return [{"state": state, "at": T0 + timedelta(seconds=seconds)} for state, seconds in told]


def short(stages):
    return [(stage.state, stage.at, stage.ms) for stage in stages]


def test_a_new_order_has_its_whole_way_ahead():
    assert short(way("received", events(("received", 0)))) == [
        ("received", "here", None),
        ("secured", "ahead", None),
        ("fulfilling", "ahead", None),
        ("fulfilled", "ahead", None),
    ]


def test_a_fulfilled_order_says_how_long_each_state_took():
    told = events(("received", 0), ("secured", 0.5), ("fulfilling", 2), ("fulfilled", 5))
    assert short(way("fulfilled", told)) == [
        ("received", "done", 500),
        ("secured", "done", 1_500),
        ("fulfilling", "done", 3_000),
        ("fulfilled", "here", None),
    ]


def test_what_stopped_an_order_is_shown_after_the_way_it_did_not_take():
    assert short(way("rejected", events(("received", 0), ("rejected", 0.25)))) == [
        ("received", "done", 250),
        ("secured", "skipped", None),
        ("fulfilling", "skipped", None),
        ("fulfilled", "skipped", None),
        ("rejected", "here", None),
    ]


def test_a_state_that_was_passed_over_is_skipped():
    told = events(("received", 0), ("secured", 1), ("fulfilled", 3))
    assert short(way("fulfilled", told)) == [
        ("received", "done", 1_000),
        ("secured", "done", 2_000),
        ("fulfilling", "skipped", None),
        ("fulfilled", "here", None),
    ]


def test_a_step_told_under_the_state_it_happened_in_starts_no_new_stage():
    told = events(("received", 0), ("secured", 1), ("secured", 2), ("fulfilling", 4))
    assert way("fulfilling", told)[1].ms == 3_000


def test_states_of_one_instant_took_no_time_worth_telling():
    told = events(("received", 0), ("secured", 0), ("fulfilling", 1))
    assert [stage.ms for stage in way("fulfilling", told)] == [1_000, 1_000, None, None]


def test_an_order_whose_timeline_is_not_known_still_has_a_way():
    assert [stage.at for stage in way("secured", [])] == ["skipped", "here", "ahead", "ahead"]
