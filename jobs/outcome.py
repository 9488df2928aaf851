"""A claimed job, and what became of it. Running a job returns an outcome; another place stores it."""

from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from jobs.encode import Unreadable


class Retry(Exception):
    """Raise or return it in a handler: run this job again after so many seconds. It uses up an attempt."""

    def __init__(self, after: float, reason: str = "") -> None:
        super().__init__(reason or f"retry after {after:g} s")
        self.after = after


class Snooze(Exception):
    """Raise or return it in a handler: not yet; run again after so many seconds. It costs no attempt."""

    def __init__(self, after: float) -> None:
        super().__init__(f"snoozed for {after:g} s")
        self.after = after


class Cancel(Exception):
    """Raise or return it in a handler: this job need not run any more, for this reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Fenced(Exception):
    """The job was claimed by somebody else since: whatever this attempt wanted to write, it must not."""


class ClaimedJob(NamedTuple):
    """A job as its claim returned it. The fence is the claim's token: the newest one owns the job."""

    id: UUID
    task: str
    queue: str
    priority: int
    args: list[Any]
    kwargs: dict[str, Any]
    subject: str
    run_at: datetime
    created_at: datetime
    started_at: datetime
    attempt: int
    max_attempts: int
    fence: int
    worker: UUID
    version: int


def is_unreadable(job: ClaimedJob) -> bool:
    """Whether its arguments cannot be read, so that no handler can be called with them."""
    return isinstance(job.args, Unreadable) or isinstance(job.kwargs, Unreadable)


Kind = Literal["succeeded", "failed", "cancelled", "again", "done", "fenced", "interrupted"]

#: Outcomes that end the job, and go to history.
FINAL: frozenset[Kind] = frozenset({"succeeded", "failed", "cancelled"})


class Outcome(NamedTuple):
    """What one attempt came to.

    again: back to the hot table, due after ``delay`` seconds; ``extra`` is added to max_attempts where the
    attempt shall not count. done: the handler finished the job in its own transaction. fenced: somebody else
    owns the job. interrupted: the process stopped it; its rows are handed back by who stopped it.
    ``attempt`` is the word for the attempt's row (failed, timeout, cut, released), empty where none is kept.
    ``progress`` is how far it came, as JSON; None: what was told before stays.
    """

    job: ClaimedJob
    kind: Kind
    result: str = "null"
    error: str = ""
    delay: float = 0.0
    extra: int = 0
    attempt: str = ""
    error_class: str = ""
    traceback: str = ""
    progress: str | None = None
