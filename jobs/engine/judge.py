"""From how a handler ended to the job's outcome. No clock and no dice: the random number is an argument."""

import asyncio
import traceback
from typing import Any

from jobs.away import was_cut
from jobs.encode import Unreadable, dump, words
from jobs.outcome import Cancel, ClaimedJob, Fenced, Outcome, Retry, Snooze
from jobs.rules.retry import RetryPolicy, delay, linear, should_retry
from jobs.tasks import UnknownTask

#: A task this process does not know may be known to a newer one beside it, so the waits are long.
UNKNOWN_TASK = linear(attempts=3, base=30.0)

#: Where the handler's connection to the database was cut, that uses up nothing up to this attempt. (A handler
#: that brings the database down each time must not do it for ever.)
MOST_CUT = 20


class TimedOut(Exception):
    """The handler took longer than its task's timeout."""


def ended(job: ClaimedJob, value: Any, policy: RetryPolicy, random: float) -> Outcome:
    """The outcome of a job whose handler returned."""
    if isinstance(value, Retry | Snooze | Cancel):
        return raised(job, value, policy, random)
    try:
        return Outcome(job, "succeeded", result=dump(value))
    except (TypeError, ValueError) as error:
        return raised(job, error, policy, random)


def raised(job: ClaimedJob, error: BaseException, policy: RetryPolicy, random: float) -> Outcome:
    """The outcome of a job whose handler raised."""
    extra, cut = 0, False
    match error:
        case Fenced():
            return Outcome(job, "fenced", error=str(error))
        case Cancel(reason=reason):
            return Outcome(job, "cancelled", error=one_line(reason))
        case Snooze(after=after):
            return Outcome(job, "again", delay=max(0.0, after), extra=1)
        case Retry(after=after):
            wait = max(0.0, after)
        case UnknownTask():
            # Newer code beside us may know it: waiting for that process uses up nothing.
            wait, extra = delay(UNKNOWN_TASK, job.attempt, random), 1
        case _:
            cut = was_cut(error) and job.attempt <= MOST_CUT
            extra = int(cut)
            wait = delay(policy, job.attempt, random)
    return Outcome(
        job,
        "again" if should_retry(job.attempt, job.max_attempts + extra) else "failed",
        error=describe(error),
        delay=wait,
        extra=extra,
        attempt="timeout" if isinstance(error, TimedOut) else "cut" if cut else "failed",
        error_class=f"{type(error).__module__}.{type(error).__qualname__}",
        traceback=words("".join(traceback.format_exception(error))),
    )


def unreadable(job: ClaimedJob) -> Outcome:
    """The outcome of a job that cannot be run however often it is tried."""
    kind = f"{Unreadable.__module__}.{Unreadable.__qualname__}"
    return Outcome(job, "failed", error=f"its arguments: {Unreadable()}", attempt="failed", error_class=kind)


def describe(error: BaseException) -> str:
    """An error in one line: its class, and what it says."""
    if isinstance(error, TimedOut | Retry):
        return one_line(str(error))
    if isinstance(error, asyncio.CancelledError):
        return "the handler cancelled itself"
    said = one_line(str(error))
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def one_line(text: str) -> str:
    """At most 500 characters without a line break."""
    return words(" ".join(text.split()), 500)
