"""Reads for pages, the API and live topics: plain dicts, ids as strings, times aware."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from jobs.db import Connection
from jobs.encode import load
from jobs.pages import Which, keys_by_made
from jobs.rules.actions import actions
from jobs.rules.budget import Ceiling
from jobs.rules.transitions import FINAL, HOT
from jobs.rules.way import way
from jobs.statements import sql

Row = dict[str, Any]
#: Columns of a job that hold what its task took and gave: JSON.
DOCUMENTS = ("args", "kwargs", "result")


def plain(record: asyncpg.Record | Mapping[str, Any]) -> Row:
    """A record as a dict that JSON takes but for its datetimes."""
    return {key: str(value) if isinstance(value, UUID) else value for key, value in record.items()}


async def job_rows(conn: Connection, ids: Sequence[UUID | str]) -> list[Row]:
    """The rows of these jobs, hot or finished, newest first; an id nobody knows has none."""
    return [plain(row) for row in await conn.fetch(sql("job_rows"), [UUID(str(id)) for id in ids])]


async def jobs_page(
    conn: Connection,
    *,
    state: str | None = None,
    task: str | None = None,
    queue: str | None = None,
    subject: str | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[Row]:
    """A page of jobs, newest first. ``before`` is the last id of the page that came before it."""
    which = Which(state=state, task=task, queue=queue, subject=subject)
    keys = await keys_by_made(conn, which, (before,) if before else (), limit=limit)
    return which.still(await job_rows(conn, [key[-1] for key in keys]))


async def job_detail(conn: Connection, id: UUID | str, read: Callable[[str], Any] = load) -> Row | None:
    """One job with args, kwargs, result, stages and the attempts that did not succeed; None if unknown.

    ``actions`` says what a person may do with it, and why not. ``read`` is given the JSON of each document.
    """
    row = await conn.fetchrow(sql("job_detail"), UUID(str(id)))
    if row is None:
        return None
    attempts = [plain(attempt) for attempt in await conn.fetch(sql("job_attempts"), row["id"])]
    stages = [stage._asdict() for stage in way(plain(row), attempts)]
    parts: Row = {"stages": stages, "actions": actions(row["state"])}
    parts |= {name: None if row[name] is None else read(row[name]) for name in DOCUMENTS}
    return plain(row) | parts | {"attempts": attempts}


async def job_counts(conn: Connection) -> list[Row]:
    """Jobs by task, queue and state: hot ones now, finished ones over the last 24 hours."""
    return [plain(row) for row in await conn.fetch(sql("job_counts"))]


def by_state(counted: Sequence[Row], **only: str | None) -> dict[str, int]:
    """``job_counts`` by state, of one task or queue where that is named. Every state is there."""
    counts = dict.fromkeys(sorted(HOT | FINAL), 0)
    for row in counted:
        if all(value is None or row[field] == value for field, value in only.items()):
            counts[row["state"]] += row["count"]
    return counts


async def workers(conn: Connection) -> list[Row]:
    """The workers of the last hour, newest first; ``live`` says whether they have a lease.

    ``load`` is what they were doing at their last beat (engine.load), ``silent`` the milliseconds since then.
    """
    return [plain(row) for row in await conn.fetch(sql("workers"))]


async def oldest_ready(conn: Connection) -> list[Row]:
    """The ready job of each queue that waits longest; ``waits`` is for how many milliseconds."""
    return [plain(row) for row in await conn.fetch(sql("oldest_ready"))]


async def recent_errors(conn: Connection, limit: int = 2_000) -> list[Row]:
    """What went wrong in the last hour, by task and class of error, most frequent first.

    ``among`` is how many attempts that is in all; no more than ``limit`` are looked at, the newest. ``ago``
    is the milliseconds since the last of its kind.
    """
    return [plain(row) for row in await conn.fetch(sql("recent_errors"), limit)]


async def failed_hour(conn: Connection) -> dict[str, int]:
    """How many jobs of each task failed for good in the last hour."""
    return {row["task"]: row["count"] for row in await conn.fetch(sql("failed_hour"))}


async def job_spreads(conn: Connection, minutes: int = 60) -> list[Row]:
    """Spreads (rules/spread.py) of the jobs that ended in each of the last minutes: minute, wait, run."""
    return [plain(row) for row in await conn.fetch(sql("job_spreads"), minutes)]


async def jobs_about(conn: Connection, subject: str) -> list[Row]:
    """The jobs about one thing (``order:<id>``), oldest first."""
    return [plain(row) for row in await conn.fetch(sql("jobs_about"), subject)]


async def ceilings(conn: Connection) -> list[Ceiling]:
    """What limits this role's connections here now, the server's own limit first."""
    return [Ceiling(*row) for row in await conn.fetch(sql("ceilings"))]
