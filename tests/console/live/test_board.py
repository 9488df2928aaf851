"""The dashboard's parts: queues over all workers, a row for each worker and queue, errors, people."""

import pytest

from console.live.board import Hour, Standing, board

LEDGER = {"ok": True, "checked_at": None, "problems": []}
SLOTS = {"slots": 4, "busy": 3, "buffered": 7, "prefetch": 300}


def worker(id, load, live=True, **queues):
    return {
        "id": id,
        "name": f"desk:{id}",
        "live": live,
        "held": False,
        "queues": queues,
        "load": load,
        "silent": 0,
        "started_at": None,
        "beat_at": None,
        "stopped_at": None if live else "then",
    }


def standing(**more):
    return Standing(orders={}, jobs={}, **more)


def test_a_worker_has_a_row_a_queue_with_its_load_of_the_last_beat():
    load = {"lag": 12, "queues": {"orders": SLOTS}}
    rows = board(standing(workers=[worker("w", load, orders=4)]), LEDGER)["workers"]
    assert [(row["id"], row["queue"], row["here"], row["lag"]) for row in rows] == [
        ("w/orders", "orders", False, 12)
    ]
    assert SLOTS.items() <= rows[0].items()


def test_of_our_own_process_the_load_is_of_now():
    old = {"lag": 12, "queues": {"orders": SLOTS}}
    now = {"lag": 1, "queues": {"orders": SLOTS | {"busy": 4}}}
    (row,) = board(standing(workers=[worker("w", old, orders=4)], own={"w": now}), LEDGER)["workers"]
    assert (row["here"], row["busy"], row["lag"]) == (True, 4, 1)


def test_a_worker_that_never_said_what_it_does_shows_its_slots_alone():
    (row,) = board(standing(workers=[worker("w", {}, orders=4)]), LEDGER)["workers"]
    assert (row["slots"], row["busy"], row["buffered"], row["lag"]) == (4, None, None, None)


def test_a_worker_that_is_gone_has_one_row_and_no_load():
    gone = worker("w", {"lag": 9, "queues": {"orders": SLOTS}}, live=False, orders=4, default=1)
    (row,) = board(standing(workers=[gone]), LEDGER)["workers"]
    assert (row["id"], row["queue"], row["slots"], row["lag"]) == ("w", "", None, None)


def test_a_queue_adds_up_its_live_workers_and_says_what_waits():
    load = {"lag": 1, "queues": {"orders": SLOTS}}
    workers = [
        worker("a", load, orders=4),
        worker("b", load, orders=4),
        worker("c", load, live=False, orders=4),
        worker("d", {}, default=1),
    ]
    counted = [
        {"task": "t", "queue": "orders", "state": "ready", "count": 5},
        {"task": "u", "queue": "orders", "state": "ready", "count": 2},
        {"task": "u", "queue": "orders", "state": "succeeded", "count": 90},
        {"task": "u", "queue": "mail", "state": "scheduled", "count": 1},
    ]
    oldest = [{"id": "j", "task": "t", "queue": "orders", "run_at": "then", "waits": 10}]
    told = board(
        standing(workers=workers, counted=counted, oldest=oldest, queues=["default", "orders"]), LEDGER
    )
    assert [row["name"] for row in told["queues"]] == ["default", "mail", "orders"]
    assert told["queues"][2] == {
        "name": "orders",
        "workers": 2,
        "busy": 6,
        "slots": 8,
        "buffered": 14,
        "prefetch": 600,
        "ready": 7,
        "oldest": "j",
        "since": "then",
    }
    assert [reason["id"] for reason in told["verdict"]["reasons"]] == ["no-worker mail"]


def test_the_oldest_job_is_that_of_the_queue_whose_first_waits_longest():
    oldest = [{"id": "a", "queue": "x", "waits": 10}, {"id": "b", "queue": "y", "waits": 20}]
    oldest = [row | {"run_at": None} for row in oldest]
    assert board(standing(oldest=oldest), LEDGER)["oldest"]["id"] == "b"
    assert board(standing(), LEDGER)["oldest"] is None


def test_errors_beyond_the_listed_groups_are_counted():
    error = {
        "task": "t",
        "kind": "E",
        "count": 3,
        "last_at": None,
        "job": "j",
        "error": "E: no",
        "among": 5,
        "ago": 9,
    }
    person = {"id": "o", "number": 1001, "state": "fulfilling", "attention": "look", "among": 9}
    told = board(standing(hour=Hour(errors=[error], people=[person])), LEDGER)
    assert (told["errors"]["count"], told["errors"]["others"]) == (5, 2)
    assert told["errors"]["rows"][0]["id"] == "t E"
    assert told["people"]["count"] == 9
    assert "among" not in told["people"]["rows"][0]


def test_what_fails_on_purpose_is_counted_and_told_apart_from_all_else():
    about = {"last_at": None, "job": "j", "error": "no", "among": 300, "ago": 5_000.0}
    staged = about | {"task": "print", "kind": "OutOfPaper", "count": 240}
    quote = about | {"task": "orders.tasks.quote", "kind": "orders.tasks.NoAnswer", "count": 60}
    hour = Hour(errors=[staged, quote], failed={"print": 60, "orders.tasks.quote": 2})
    told = board(standing(hour=hour, staged=["print"], workers=[worker("w", {}, orders=4)]), LEDGER)
    assert [row["staged"] for row in told["errors"]["rows"]] == [True, False]
    assert told["errors"]["count"] == 300
    assert [(each["code"], each["n"]) for each in told["verdict"]["reasons"]] == [
        ("no-answer", 60),
        ("failed-jobs", 2),
        ("errors", 60),
        ("staged", 60),
    ]
    assert told["verdict"]["reasons"][2]["kind"] == "NoAnswer"


@pytest.mark.parametrize(
    ("quoted", "told"),
    [
        pytest.param(None, ["no-answer"], id="nobody saw a quote"),
        pytest.param(8_001.0, ["no-answer"], id="the last quote was before"),
        pytest.param(7_999.0, [], id="a carrier gave one since"),
    ],
)
def test_carriers_that_answer_again_are_no_reason_any_more(quoted, told):
    quote = {"task": "orders.tasks.quote", "kind": "orders.tasks.NoAnswer", "count": 7, "among": 7}
    hour = Hour(errors=[quote | {"last_at": None, "job": "j", "error": "no", "ago": 5_000.0}])
    workers = [worker("w", {}, orders=4)]
    seen = board(standing(hour=hour, workers=workers, looked=3_000.0, quoted=quoted), LEDGER)
    assert [each["code"] for each in seen["verdict"]["reasons"]] == told
    assert [each["ms"] for each in seen["verdict"]["reasons"]] == [8_000.0] * len(told)
