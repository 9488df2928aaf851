"""Is everything all right? The reasons why not, most pressing first: codes with places, and where to look.

The words are console/words.py's, kind ``verdict``. Values in, values out.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.urls import reverse

from orders.store import MOST

Row = Mapping[str, Any]

#: Milliseconds: that a ready job may wait, and that a loop may be late.
LATE, LAG = 30_000, 250
#: Beats a worker may miss.
MISSED = 2.5
#: Attempts that may go wrong in an hour: they are tried again. A job that fails for good is one too many.
ERRORS = 50
#: Milliseconds for which nobody's answer is told of: a round comes at least so often while orders wait.
UNANSWERED = 90_000
#: Reasons that do not wait: money or work stands still.
WRONG = {"ledger", "no-workers", "no-worker", "no-answer"}
#: What is told and is no reason: it is meant to be so.
MEANT = {"staged"}


class Looked(NamedTuple):
    """What the verdict is about. ``unanswered`` are the attempts that no carrier answered, ``most`` the most
    frequent error; ``staged`` counts jobs that failed on purpose, who are in nothing else; ``beat`` is the
    milliseconds between two beats of a worker.
    """

    ledger: Row
    queues: Iterable[str]
    workers: Sequence[Row]
    oldest: Sequence[Row]
    unanswered: Row | None
    people: int
    failed: int
    errors: int
    most: Row | None
    staged: int
    beat: float


def verdict(looked: Looked) -> dict[str, Any]:
    """``code`` is well, look or wrong; ``reasons`` each have a code, ``at`` (an address) and their places."""
    reasons = [
        *_ledger(looked.ledger),
        *_queues(looked.queues, looked.workers),
        *_unanswered(looked.unanswered),
        *(_late(row) for row in looked.oldest if row["waits"] > LATE),
        *({**each, "most": MOST} for each in _counted("attention", looked.people, 0, "#people")),
        *_counted("failed-jobs", looked.failed, 0, "#errors"),  # the list of jobs knows no hour
        *_errors(looked.errors, looked.most),
        *(_lag(row) for row in looked.workers if row["live"] and row["load"].get("lag", 0) > LAG),
        *(_silent(row) for row in looked.workers if is_missed(row) and row["silent"] > MISSED * looked.beat),
        *_counted("staged", looked.staged, 0, "#errors"),
    ]
    codes = {each["code"] for each in reasons} - MEANT
    code = "wrong" if codes & WRONG else "look" if codes else "well"
    return {"code": code, "reasons": [{"id": _id(each)} | each for each in reasons]}


def _id(reason: Row) -> str:
    return " ".join(str(reason[part]) for part in ("code", "queue", "name") if part in reason)


def _ledger(ledger: Row) -> list[dict[str, Any]]:
    return [{"code": "ledger", "at": "#ledger"}] if ledger["ok"] is False else []


def _queues(queues: Iterable[str], workers: Sequence[Row]) -> list[dict[str, Any]]:
    served = {queue for row in workers if row["live"] for queue in row["queues"]}
    if not served:
        return [{"code": "no-workers", "at": "#workers"}]
    return [{"code": "no-worker", "at": "#queues", "queue": queue} for queue in sorted({*queues} - served)]


def _late(row: Row) -> dict[str, Any]:
    return {"code": "late", "at": reverse("job", args=[row["id"]]), "queue": row["queue"], "ms": row["waits"]}


def _unanswered(row: Row | None) -> list[dict[str, Any]]:
    if row is None or row["ago"] > UNANSWERED:
        return []
    return [{"code": "no-answer", "at": "#errors", "n": row["count"], "ms": row["ago"]}]


def _errors(n: int, most: Row | None) -> list[dict[str, Any]]:
    """Many errors, the most frequent of them by its task and class."""
    if n <= ERRORS or most is None:
        return []
    names = {"task": most["task"].rpartition(".")[2], "kind": most["kind"].rpartition(".")[2]}
    return [{"code": "errors", "at": "#errors", "n": n, "m": most["count"], **names}]


def _counted(code: str, n: int, level: int, at: str) -> list[dict[str, Any]]:
    return [{"code": code, "at": at, "n": n}] if n > level else []


def _lag(row: Row) -> dict[str, Any]:
    return {"code": "lag", "at": "#workers", "name": row["name"], "ms": row["load"]["lag"]}


def is_missed(row: Row) -> bool:
    """Whether a worker's silence matters: it may be at work, or is dead with jobs that wait for their rescue.
    Once those are rescued it is history.
    """
    return row["stopped_at"] is None and (row["live"] or row["held"])


def _silent(row: Row) -> dict[str, Any]:
    return {"code": "silent", "at": "#workers", "name": row["name"], "ms": row["silent"]}
