"""Pages of the list of jobs: which of them, in which order, from which one on.

A page is its keys first (what it is sorted by, the id last), then their rows. What is finished is found
through an index. What is not is read as far as it takes, at worst the hot table once: the counts do that each
second.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from jobs.db import Connection
from jobs.rules.transitions import FINAL, HOT
from jobs.statements import sql, turned

Key = tuple[Any, ...]

#: What lies past every row.
NO_ID, EVERY_ID = UUID(int=0), UUID(int=(1 << 128) - 1)
EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Which:
    """Jobs that are wanted; None is any. Of ``task``, ``queue`` and ``subject`` one at most has an index."""

    state: str | None = None
    task: str | None = None
    queue: str | None = None
    subject: str | None = None

    def still(self, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those rows that are in the state: history keeps the old end of a job retried by hand."""
        return [row for row in rows if self.state in (None, row["state"])]


async def keys_by_made(
    conn: Connection, which: Which, past: Key = (), *, down: bool = True, limit: int
) -> list[Key]:
    """Keys (id,) of the next ``limit`` jobs past a key, the newest first, or the oldest.

    Hot ones are read first: a job that ends between the two statements is in both, not in none.
    """
    state, begin = which.state, past[0] if past else EVERY_ID if down else NO_ID
    ids = set()
    if state is None or state in HOT:
        only = (state, which.task, which.queue, which.subject)
        ids = {row["id"] for row in await conn.fetch(_way("jobs_hot_page", down), *only, begin, limit)}
    if state is None or state in FINAL:
        name, *narrow = _narrowed(which)
        states = sorted(FINAL) if state is None else [state]
        ids |= {row["id"] for row in await conn.fetch(_way(name, down), states, begin, limit, *narrow)}
    return [(id,) for id in sorted(ids, reverse=down)[:limit]]


def _narrowed(which: Which) -> tuple[Any, ...]:
    """The statement whose index has what is wanted, and the values it takes besides."""
    if which.subject:
        return "history_by_subject", which.subject, which.task, which.queue
    if which.task:
        return "history_by_task", which.task, which.queue
    return ("history_by_queue", which.queue) if which.queue else ("history_by_state",)


async def keys_by_finished(
    conn: Connection, which: Which, past: Key = (), *, down: bool = True, limit: int
) -> list[Key]:
    """Keys (finished_at, id) of finished jobs, the last first, or the first. Of all jobs only."""
    begin = past or ((LATEST, EVERY_ID) if down else (EARLIEST, NO_ID))
    return [tuple(row) for row in await conn.fetch(_way("jobs_by_finished", down), *begin, limit)]


def in_order(rows: Sequence[dict[str, Any]], keys: Sequence[Key]) -> list[dict[str, Any]]:
    """The rows as their keys are sorted."""
    by_id = {row["id"]: row for row in rows}
    return [by_id[id] for id in (str(key[-1]) for key in keys) if id in by_id]


def _way(name: str, down: bool) -> str:
    return sql(name) if down else turned(sql(name))
