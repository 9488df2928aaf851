"""The board: what the dashboard shows of how things stand at one instant. Values in, values out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from console.live.verdict import Looked, verdict
from orders.tasks import NoAnswer

Row = Mapping[str, Any]
Data = dict[str, Any]

DONE = ("succeeded", "failed", "cancelled")
LOADS = ("busy", "slots", "buffered", "prefetch")

#: What the class of an attempt's error is called where no carrier answered.
NO_ANSWER = f"{NoAnswer.__module__}.{NoAnswer.__qualname__}"


class Hour(NamedTuple):
    """What is looked at less often: errors, those that failed for good by task, orders that need a person."""

    errors: Sequence[Row] = ()
    failed: Mapping[str, int] = {}
    people: Sequence[Row] = ()


class Standing(NamedTuple):
    """How things stand. ``counted`` is job_counts, ``queues`` those that must be served, ``own`` the load of
    this process's worker by its id, which is newer than its last beat; ``beat`` is in milliseconds;
    ``staged`` are tasks that fail on purpose; ``looked`` and ``quoted`` are how many milliseconds ago the
    hour was looked at, and a carrier gave a quote (None: nobody saw it).
    """

    orders: Mapping[str, int]
    jobs: Mapping[str, int]
    counted: Sequence[Row] = ()
    workers: Sequence[Row] = ()
    oldest: Sequence[Row] = ()
    hour: Hour = Hour()
    queues: Sequence[str] = ()
    own: Mapping[str, Row] = {}
    beat: float = 5_000
    staged: Sequence[str] = ()
    looked: float = 0.0
    quoted: float | None = None


def board(standing: Standing, ledger: Row) -> Data:
    """The parts of the dashboard but for its charts."""
    workers = [
        {**row, "load": standing.own.get(row["id"], row["load"]), "here": row["id"] in standing.own}
        for row in standing.workers
    ]
    waiting = [row for row in standing.counted if row["state"] not in DONE and row["count"]]
    queues = sorted({*standing.queues, *(row["queue"] for row in waiting)})
    errors = [row for row in standing.hour.errors if row["task"] not in standing.staged]
    listed = sum(row["count"] for row in standing.hour.errors)
    people, errors_among = _among(standing.hour.people), _among(standing.hour.errors)
    failed = standing.hour.failed
    staged = sum(failed.get(task, 0) for task in standing.staged)
    looked = Looked(
        ledger=ledger,
        queues=queues,
        workers=workers,
        oldest=standing.oldest,
        unanswered=_unanswered(standing),
        people=people,
        failed=sum(failed.values()) - staged,
        errors=errors_among - listed + sum(row["count"] for row in errors),
        most=max(errors, key=lambda row: row["count"], default=None),
        staged=staged,
        beat=standing.beat,
    )
    return {
        "verdict": verdict(looked),
        "orders": standing.orders,
        "jobs": standing.jobs,
        "oldest": max(standing.oldest, key=lambda row: row["waits"], default=None),
        "people": {"rows": [_without(row, "among") for row in standing.hour.people], "count": people},
        "errors": {
            "rows": [_error(row, standing.staged) for row in standing.hour.errors],
            "count": errors_among,
            "others": errors_among - listed,
        },
        "queues": [_queue(name, workers, waiting, standing.oldest) for name in queues],
        "workers": [row for worker in workers for row in _loads(worker)],
        "ledger": ledger,
    }


def _unanswered(standing: Standing) -> Row | None:
    """The rounds that no carrier answered, unless one has given a quote since; ``ago`` is as of now."""
    row = next((row for row in standing.hour.errors if row["kind"] == NO_ANSWER), None)
    if row is None:
        return None
    ago = row["ago"] + standing.looked
    return None if standing.quoted is not None and standing.quoted < ago else {**row, "ago": ago}


def _among(rows: Sequence[Row]) -> int:
    return rows[0]["among"] if rows else 0


def _without(row: Row, *fields: str) -> Data:
    return {field: value for field, value in row.items() if field not in fields}


def _error(row: Row, staged: Sequence[str]) -> Data:
    return _without(row, "among", "ago") | {
        "id": f"{row['task']} {row['kind']}",
        "staged": row["task"] in staged,
    }


def _queue(name: str, workers: Iterable[Row], waiting: Iterable[Row], oldest: Iterable[Row]) -> Data:
    """A queue over all workers: how many serve it, their slots and buffers, and what waits."""
    loads = [_load(worker, name) for worker in workers if worker["live"] and name in worker["queues"]]
    first = next((row for row in oldest if row["queue"] == name), None)
    return {
        "name": name,
        "workers": len(loads),
        **{field: sum(load[field] or 0 for load in loads) for field in LOADS},
        "ready": sum(row["count"] for row in waiting if (row["queue"], row["state"]) == (name, "ready")),
        "oldest": first and first["id"],
        "since": first and first["run_at"],
    }


def _loads(worker: Row) -> list[Data]:
    """A worker's rows, one a queue; one that is gone has a single row and no load."""
    told = {field: worker[field] for field in ("name", "live", "here", "started_at", "beat_at")}
    lag, block = worker["load"].get("lag"), worker["load"].get("blocked") or {}
    told |= {"blocker": block.get("task"), "held": worker["held"]}
    told["rescued"] = worker["stopped_at"] is None and not worker["live"] and not worker["held"]
    if not worker["live"]:
        return [{"id": worker["id"], "queue": "", **told, "lag": None, **dict.fromkeys(LOADS)}]
    return [
        {"id": f"{worker['id']}/{queue}", "queue": queue, **told, "lag": lag, **_load(worker, queue)}
        for queue in sorted(worker["queues"])
    ]


def _load(worker: Row, queue: str) -> Data:
    """What it does for one of its queues; before its first beat only its slots are known."""
    nothing = {**dict.fromkeys(LOADS), "slots": worker["queues"][queue]}
    return nothing | dict(worker["load"].get("queues", {}).get(queue, {}))
