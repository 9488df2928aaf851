"""Filters of lists."""

import pytest

from console.live import filters
from console.live.topics import Topic

ORDERS, JOBS = Topic("orders"), Topic("jobs")


def test_one_filter_has_one_form():
    one = filters.parse(JOBS, {"state": "ready", "queue": "orders"})
    assert one == filters.parse(JOBS, {"queue": "orders", "state": "ready"})


@pytest.mark.parametrize("raw", [None, {}])
def test_no_filter_lets_everything_through(raw):
    assert filters.matches(filters.parse(ORDERS, raw), {"state": "received"})


@pytest.mark.parametrize(
    ("row", "inside"),
    [
        pytest.param({"state": "ready", "queue": "orders"}, True, id="both hold"),
        pytest.param({"state": "ready", "queue": "default"}, False, id="one does not"),
        pytest.param({"state": "ready"}, False, id="one is missing"),
    ],
)
def test_a_filter_is_equality_on_all_its_fields(row, inside):
    assert filters.matches(filters.parse(JOBS, {"state": "ready", "queue": "orders"}), row) is inside


@pytest.mark.parametrize(("words", "inside"), [("call the carrier", True), ("", False)])
def test_whatever_calls_for_a_person_needs_one(words, inside):
    needs = filters.parse(ORDERS, {"attention": "1"})
    assert filters.matches(needs, {"attention": words}) is inside
    assert filters.parse(ORDERS, {"attention": "call the carrier"}) == filters.OTHER


def test_a_field_the_topic_does_not_decide_makes_it_any_other_filter():
    assert filters.parse(ORDERS, {"queue": "orders", "state": "received"}) == filters.OTHER


@pytest.mark.parametrize(
    ("topic", "raw"),
    [
        pytest.param(ORDERS, [], id="a list"),
        pytest.param(ORDERS, {"state": 1}, id="a number"),
        pytest.param(ORDERS, {"state": "x" * 201}, id="too long"),
        pytest.param(ORDERS, {"state": "\0"}, id="a NUL"),
        pytest.param(ORDERS, dict.fromkeys("abcdefghi", ""), id="too many"),
        pytest.param(Topic("dashboard"), {"state": "ready"}, id="on the dashboard"),
    ],
)
def test_what_is_no_filter_is_refused(topic, raw):
    with pytest.raises(filters.BadFilter):
        filters.parse(topic, raw)
