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
    "failed at the third try": (
        job("failed", due=30, started=31, finished=32, attempt=3),
        "ready done 31000 ms, running done 1000 ms, failed here",
    ),
    "to be tried again": (
        job("scheduled", due=30, started=3, attempt=1),
        "scheduled here, ready ahead, running ahead, succeeded ahead",
    ),
    "cancelled before it ran": (
        job("cancelled", finished=4, attempt=0),
        "ready done 4000 ms, cancelled here",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("row", "stages"), WAYS.values(), ids=WAYS)
def test_the_way_of_a_job(row, stages):
    assert ", ".join(words(stage) for stage in way(row)) == stages


def words(stage):
    return f"{stage.state} {stage.at}" + ("" if stage.ms is None else f" {stage.ms:.0f} ms")
