"""The dashboard's parts: queues over all workers, a row for each worker and queue, errors, people."""

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
    error = {"task": "t", "kind": "E", "count": 3, "last_at": None, "job": "j", "error": "E: no", "among": 5}
    person = {"id": "o", "number": 1001, "state": "fulfilling", "attention": "look", "among": 9}
    told = board(standing(hour=Hour(errors=[error], failed=0, people=[person])), LEDGER)
    assert (told["errors"]["count"], told["errors"]["others"]) == (5, 2)
    assert told["errors"]["rows"][0]["id"] == "t E"
    assert told["people"]["count"] == 9
    assert "among" not in told["people"]["rows"][0]
