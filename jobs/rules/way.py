"""The way of one job: waiting, running, ended, with the time it spent in each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from jobs.rules.transitions import FINAL


class Stage(NamedTuple):
    """One state of a way. ``at``: done, here, ahead or skipped; ``ms`` in it, None while it is not over."""

    state: str
    at: str
    since: datetime | None
    ms: float | None


def way(job: Mapping[str, Any]) -> list[Stage]:
    """The stages of a job by its ``state``, ``created_at``, ``run_at``, ``started_at`` and ``finished_at``.

    A job set for later waits in ``scheduled`` first. What came before the newest attempt counts as waiting
    in ``ready``, also what was retried by hand: the attempts themselves are told one by one elsewhere.
    """
    state, made, due = job["state"], job["created_at"], job["run_at"]
    started, finished = job["started_at"], job["finished_at"]
    fresh = 0 if state == "ready" else 1
    if job["attempt"] > fresh and state != "scheduled":
        due = made
    moments: list[tuple[str, datetime | None]] = [("scheduled", made)] if due > made else []
    moments.append(("ready", max(due, made)))
    if state == "waiting":
        moments[-1] = ("waiting", moments[-1][1])
    if state in FINAL and started is None:
        moments.append((state, finished))
    else:
        running = state == "running" or state in FINAL
        moments += [("running", started if running else None)]
        moments += [(state if state in FINAL else "succeeded", finished)]
    here = next(place for place, (each, _since) in enumerate(moments) if each == state)
    stages = []
    for place, (each, since) in enumerate(moments):
        left = moments[place + 1][1] if place < here else None
        ms = (left - since).total_seconds() * 1000 if left and since else None
        at = "done" if place < here else "here" if place == here else "ahead"
        stages.append(Stage(each, at, since if place <= here else None, ms))
    return stages
