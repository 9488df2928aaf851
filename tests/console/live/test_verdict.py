"""Is everything all right? What of the levels, and where each reason leads."""

import pytest

from console.live.verdict import Looked, verdict
from console.words import WORDS

QUEUES = ("default", "orders")


def worker(**more):
    row = {
        "id": "w1",
        "name": "desk:1",
        "live": True,
        "held": False,
        "queues": {"default": 10, "orders": 4},
        "load": {"lag": 2},
        "silent": 900,
        "stopped_at": None,
    }
    return row | more


WELL = Looked(
    ledger={"ok": True},
    queues=QUEUES,
    workers=[worker()],
    oldest=[{"id": "j1", "queue": "orders", "waits": 29_000}],
    unanswered={"count": 7, "ago": 90_001},
    people=0,
    failed=0,
    errors=50,
    most={"task": "orders.tasks.quote", "kind": "orders.tasks.NoQuote", "count": 40},
    staged=0,
    beat=5_000,
)


def test_all_is_well():
    assert verdict(WELL) == {"code": "well", "reasons": []}


def test_a_ledger_nobody_has_checked_yet_is_no_reason():
    assert verdict(WELL._replace(ledger={"ok": None}))["code"] == "well"


@pytest.mark.parametrize(
    ("change", "code", "reason"),
    [
        pytest.param({"ledger": {"ok": False}}, "wrong", {"code": "ledger", "at": "#ledger"}, id="the books"),
        pytest.param({"workers": []}, "wrong", {"code": "no-workers", "at": "#workers"}, id="nobody works"),
        pytest.param(
            {"workers": [worker(live=False, stopped_at="then")]},
            "wrong",
            {"code": "no-workers", "at": "#workers"},
            id="the last one has stopped",
        ),
        pytest.param(
            {"queues": ("default", "mail")},
            "wrong",
            {"code": "no-worker", "at": "#queues", "queue": "mail"},
            id="a queue nobody serves",
        ),
        pytest.param(
            {"oldest": [{"id": "j1", "queue": "orders", "waits": 30_001}]},
            "look",
            {"code": "late", "at": "/jobs/j1/", "queue": "orders", "ms": 30_001},
            id="a job waits for long",
        ),
        pytest.param(
            {"people": 2},
            "look",
            {"code": "attention", "at": "#people", "n": 2, "most": 1_000},
            id="orders need a person",
        ),
        pytest.param(
            {"failed": 1},
            "look",
            {"code": "failed-jobs", "at": "#errors", "n": 1},
            id="a job failed",
        ),
        pytest.param(
            {"errors": 51},
            "look",
            {"code": "errors", "at": "#errors", "n": 51, "m": 40, "kind": "NoQuote", "task": "quote"},
            id="many errors, and which is the most frequent",
        ),
        pytest.param(
            {"unanswered": {"count": 7, "ago": 4_000.0}},
            "wrong",
            {"code": "no-answer", "at": "#errors", "n": 7, "ms": 4_000.0},
            id="no carrier answers",
        ),
        pytest.param(
            {"staged": 3},
            "well",
            {"code": "staged", "at": "#errors", "n": 3},
            id="what fails on purpose is told, and all is well",
        ),
        pytest.param(
            {"workers": [worker(load={"lag": 251})]},
            "look",
            {"code": "lag", "at": "#workers", "name": "desk:1", "ms": 251},
            id="a late loop",
        ),
        pytest.param(
            {"workers": [worker(silent=12_501)]},
            "look",
            {"code": "silent", "at": "#workers", "name": "desk:1", "ms": 12_501},
            id="two beats missed",
        ),
        pytest.param(
            {"workers": [worker(), worker(id="w2", name="gone:2", live=False, held=True, silent=59_000)]},
            "look",
            {"code": "silent", "at": "#workers", "name": "gone:2", "ms": 59_000},
            id="a process died, and its jobs wait",
        ),
    ],
)
def test_a_reason_says_what_and_leads_there(change, code, reason):
    told = verdict(WELL._replace(**change))
    (found,) = told["reasons"]
    assert told["code"] == code
    assert {name: value for name, value in found.items() if name != "id"} == reason
    assert reason["code"] in WORDS["verdict"]


@pytest.mark.parametrize(
    "gone",
    [
        pytest.param(worker(id="w2", live=False, silent=60_000, stopped_at="then"), id="it said goodbye"),
        pytest.param(worker(id="w2", live=False, silent=31_000), id="its jobs were rescued"),
    ],
)
def test_a_worker_that_is_gone_for_good_is_no_reason(gone):
    assert verdict(WELL._replace(workers=[worker(), gone]))["code"] == "well"


def test_what_fails_on_purpose_does_not_hide_what_else_is_wrong():
    assert verdict(WELL._replace(staged=3, failed=1))["code"] == "look"


def test_the_most_pressing_comes_first_and_every_reason_has_an_id_of_its_own():
    told = verdict(
        WELL._replace(
            ledger={"ok": False},
            workers=[worker(silent=13_000), worker(id="w2", name="desk:2", silent=14_000)],
            people=1,
            errors=60,
        )
    )
    assert [reason["id"] for reason in told["reasons"]] == [
        "ledger",
        "attention",
        "errors",
        "silent desk:1",
        "silent desk:2",
    ]
    assert told["code"] == "wrong"
