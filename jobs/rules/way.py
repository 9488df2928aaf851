"""The way of one job: waiting, running, ended, with the time it spent in each."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from jobs.rules.transitions import FINAL

#: The stage of all that came before the newest attempt.
TRIED = "tried"


class Stage(NamedTuple):
    """One state of a way. ``at``: done, here, ahead or skipped; ``ms`` in it, None while it is not over, or
    where nobody knows.
    """

    state: str
    at: str
    since: datetime | None
    ms: float | None


def way(job: Mapping[str, Any], attempts: Sequence[Mapping[str, Any]] = ()) -> list[Stage]:
    """The stages of a job by its ``state``, ``created_at``, ``run_at``, ``started_at`` and ``finished_at``,
    and those ``attempts`` of it, oldest first, that did not succeed.

    A job set for later waits in ``scheduled`` first. A job that was tried before begins with ``tried``: all
    the time to the end of the attempt before the newest, or until it was retried by hand. What follows is
    the way of the newest attempt: until it is due, in ``ready``, and running. Where the rows do not tell when
    the one before ended, only what is sure is told: the way from when the newest was due, without a start
    where it is still to come.
    """
    state, made, due = job["state"], job["created_at"], job["run_at"]
    started, finished = job["started_at"], job["finished_at"]
    claimed = state == "running" or (state in FINAL and started is not None)
    begun, known = _begun(job, attempts, claimed)
    moments: list[tuple[str, datetime | None]] = [(TRIED, made)] if begun != made or not known else []
    if due > begun or state == "scheduled":
        moments.append(("scheduled", begun if known else None))
    moments.append(("waiting" if state == "waiting" else "ready", max(due, begun)))
    if state in FINAL and not claimed:
        moments.append((state, finished))
        if due > finished:
            del moments[-2]  # it was never due
    else:
        moments += [("running", started if claimed else None)]
        moments += [(state if state in FINAL else "succeeded", finished)]
    here = next(place for place, (each, _since) in enumerate(moments) if each == state)
    stages = []
    for place, (each, since) in enumerate(moments):
        left = moments[place + 1][1] if place < here and (known or each != TRIED) else None
        ms = (left - since).total_seconds() * 1000 if left and since else None
        at = "done" if place < here else "here" if place == here else "ahead"
        stages.append(Stage(each, at, since if place <= here else None, ms))
    return stages


def _begun(
    job: Mapping[str, Any], attempts: Sequence[Mapping[str, Any]], claimed: bool
) -> tuple[datetime, bool]:
    """When the wait for the newest attempt began, and whether the rows tell that."""
    before = [
        each
        for each in attempts
        if each["outcome"] != "cancelled" and not (claimed and each["ended_at"] > job["started_at"])
    ]
    tried = job["attempt"] - 1 if claimed else job["attempt"]
    if max((each["number"] for each in before), default=0) < tried:
        return job["run_at"], False  # an attempt that is no row any more, or never was one: it was put off
    return before[-1]["ended_at"] if before else job["created_at"], True
