"""From how a handler ended to the job's outcome."""

from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest

from jobs.engine import judge
from jobs.outcome import Cancel, ClaimedJob, Fenced, Retry, Snooze
from jobs.rules.retry import linear
from jobs.tasks import UnknownTask

NOW = datetime(2026, 1, 1, tzinfo=UTC)
POLICY = linear(attempts=3, base=10)


def job(attempt=1):
    return ClaimedJob(
        id=uuid4(), task="t", queue="default", priority=0, args=[], kwargs={}, subject="", run_at=NOW,
        created_at=NOW, started_at=NOW, attempt=attempt, max_attempts=3, fence=1, worker=uuid4(), version=2,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("error", "kind", "delay", "extra", "attempt"),
    [
        pytest.param(ValueError("x"), "again", 20, 0, "failed", id="an error waits as the policy says"),
        pytest.param(judge.TimedOut("slow"), "again", 20, 0, "timeout", id="a timeout likewise"),
        pytest.param(UnknownTask("t"), "again", 60, 1, "failed", id="an unknown task waits long"),
        pytest.param(Retry(5), "again", 5, 0, "failed", id="retry waits as asked"),
        pytest.param(Retry(-5), "again", 0, 0, "failed", id="a wait is never negative"),
        pytest.param(Snooze(7), "again", 7, 1, "", id="snooze costs no attempt"),
        pytest.param(Cancel("done"), "cancelled", 0, 0, "", id="cancel ends it"),
        pytest.param(Fenced("gone"), "fenced", 0, 0, "", id="fenced writes nothing"),
    ],
)
def test_what_was_raised_decides(error, kind, delay, extra, attempt):
    outcome = judge.raised(job(attempt=2), error, POLICY, 0.5)
    assert (outcome.kind, outcome.delay, outcome.extra, outcome.attempt) == (kind, delay, extra, attempt)


@pytest.mark.parametrize("error", [ValueError("x"), Retry(5), judge.TimedOut("slow")])
def test_after_the_last_attempt_a_job_fails(error):
    assert judge.raised(job(attempt=3), error, POLICY, 0.5).kind == "failed"


def test_an_unknown_task_is_never_given_up():
    outcome = judge.raised(job(attempt=3), UnknownTask("t"), POLICY, 0.5)
    assert (outcome.kind, outcome.extra) == ("again", 1)


@pytest.mark.parametrize(
    ("attempt", "kind"), [(3, "again"), (judge.MOST_CUT, "again"), (judge.MOST_CUT + 1, "failed")]
)
def test_a_lost_connection_uses_up_nothing_but_not_for_ever(attempt, kind):
    error = asyncpg.AdminShutdownError("terminating connection due to administrator command")
    outcome = judge.raised(job(attempt)._replace(max_attempts=attempt), error, POLICY, 0.5)
    assert (outcome.kind, outcome.attempt) == (kind, "cut" if kind == "again" else "failed")


def test_a_snooze_at_the_last_attempt_is_a_snooze():
    assert judge.raised(job(attempt=3), Snooze(1), POLICY, 0.5).kind == "again"


def test_a_returned_value_is_the_result():
    outcome = judge.ended(job(), {"a": [1]}, POLICY, 0.5)
    assert (outcome.kind, outcome.result) == ("succeeded", '{"a":[1]}')


def test_a_returned_instruction_is_followed():
    assert judge.ended(job(), Snooze(3), POLICY, 0.5).delay == 3


def test_an_error_is_one_line_that_fits():
    said = judge.describe(ValueError("first\nsecond " + "x" * 1000))
    assert said.startswith("ValueError: first second")
    assert "\n" not in said
    assert len(said) < 520


def test_a_value_nested_too_deep_is_the_handlers_failure_in_words():
    value = []
    for _level in range(300):
        value = [value]
    outcome = judge.ended(job(attempt=3), value, POLICY, 0.5)
    assert (outcome.kind, outcome.error) == ("failed", "TooDeep: it is nested deeper than 200 levels")
