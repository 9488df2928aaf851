"""The way of a job through its states."""

from datetime import UTC, datetime, timedelta

import pytest

from jobs.rules.way import way

T0 = datetime(2026, 1, 1, tzinfo=UTC)


def job(state, due=0.0, started=None, finished=None, attempt=1):
    at = [None if s is None else T0 + timedelta(seconds=s) for s in (due, started, finished)]
    return {
        "state": state, "created_at": T0, "run_at": at[0], "started_at": at[1], "finished_at": at[2],
        "attempt": attempt,
    }  # fmt: skip


def tried(*ends, number=None, outcome="failed"):
    """Attempts that ended at these seconds, each a second long."""
    return [
        {
            "number": place if number is None else number,
            "ended_at": T0 + timedelta(seconds=end),
            "outcome": outcome,
        }
        for place, end in enumerate(ends, 1)
    ]


WAYS = {
    "ready": (job("ready", attempt=0), "ready here, running ahead, succeeded ahead"),
    "set for later": (
        job("scheduled", due=60, attempt=0),
        "scheduled here, ready ahead, running ahead, succeeded ahead",
    ),
    "waiting for others": (
        job("waiting", attempt=0),
        "waiting here, running ahead, succeeded ahead",
    ),
    "running": (
        job("running", started=2),
        "ready done 2000 ms, running here, succeeded ahead",
    ),
    "succeeded after a delay": (
        job("succeeded", due=60, started=61, finished=63),
        "scheduled done 60000 ms, ready done 1000 ms, running done 2000 ms, succeeded here",
    ),
    "cancelled before it ran": (
        job("cancelled", finished=4, attempt=0),
        "ready done 4000 ms, cancelled here",
    ),
    "cancelled before it was due": (
        job("cancelled", due=60, finished=4, attempt=0),
        "scheduled done 4000 ms, cancelled here",
    ),
    "put off by itself": (
        job("scheduled", due=30, started=1, attempt=1),
        "tried done, scheduled here, ready ahead, running ahead, succeeded ahead",
    ),
    "put off by itself and due": (
        job("ready", due=30, started=1, attempt=1),
        "tried done, ready here, running ahead, succeeded ahead",
    ),
    "tried before, by rows that are no more": (
        job("succeeded", due=30, started=31, finished=32, attempt=3),
        "tried done, ready done 1000 ms, running done 1000 ms, succeeded here",
    ),
}

RETRIED = {
    "failed at the third try": (
        job("failed", due=30, started=31, finished=32, attempt=3),
        tried(2, 10, 32),
        "tried done 10000 ms, scheduled done 20000 ms, ready done 1000 ms, running done 1000 ms, failed here",
    ),
    "to be tried again": (
        job("scheduled", due=30, started=3, attempt=1),
        tried(4),
        "tried done 4000 ms, scheduled here, ready ahead, running ahead, succeeded ahead",
    ),
    "to be tried again at once": (
        job("scheduled", due=4, started=3, attempt=1),
        tried(4),
        "tried done 4000 ms, scheduled here, ready ahead, running ahead, succeeded ahead",
    ),
    "tried again": (
        job("running", due=30, started=31, attempt=2),
        tried(4),
        "tried done 4000 ms, scheduled done 26000 ms, ready done 1000 ms, running here, succeeded ahead",
    ),
    "rescued, in its old place": (
        job("ready", due=0, started=1, attempt=1),
        tried(18, outcome="lost"),
        "tried done 18000 ms, ready here, running ahead, succeeded ahead",
    ),
    "failed and retried by hand": (
        job("succeeded", due=90, started=91, finished=92, attempt=2),
        tried(2) + tried(90, number=0, outcome="retried"),
        "tried done 90000 ms, ready done 1000 ms, running done 1000 ms, succeeded here",
    ),
    "failed once and cancelled by hand before it was due": (
        job("cancelled", due=30, finished=20, attempt=1),
        tried(4) + tried(20, number=0, outcome="cancelled"),
        "tried done 4000 ms, scheduled done 16000 ms, cancelled here",
    ),
    "put off after an attempt that failed": (
        job("succeeded", due=30, started=31, finished=32, attempt=3),
        tried(4),
        "tried done, ready done 1000 ms, running done 1000 ms, succeeded here",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("row", "stages"), WAYS.values(), ids=WAYS)
def test_the_way_of_a_job(row, stages):
    assert ", ".join(words(stage) for stage in way(row)) == stages


@pytest.mark.parametrize(("row", "attempts", "stages"), RETRIED.values(), ids=RETRIED)
def test_the_way_of_a_job_that_was_tried_before_is_that_of_its_newest_attempt(row, attempts, stages):
    assert ", ".join(words(stage) for stage in way(row, attempts)) == stages


def words(stage):
    return f"{stage.state} {stage.at}" + ("" if stage.ms is None else f" {stage.ms:.0f} ms")
