"""Moves scheduled jobs into the claim's reach when their time has come."""

import random

from jobs import moves
from jobs.changes import publish
from jobs.engine.guarded import guarded
from jobs.engine.machine import Ticker
from jobs.statements import sql

BATCH = 1000


class Stager(Ticker):
    """Sleeps until the next job is due by the database's clock, but never longer than the poll."""

    name = "stager"

    def __init__(self, poll: float) -> None:
        super().__init__()
        self.poll = poll

    async def tick(self) -> float:
        async with guarded() as conn:
            rows = await moves.stage(conn, BATCH)
            due = await conn.fetchval(sql("next_due"))
        if rows:
            await publish(moves.moved(rows))
        if len(rows) == BATCH:
            return 0.0
        poll = self.poll * random.uniform(0.75, 1.25)  # noqa: S311
        return poll if due is None else min(max(due, 0.005), poll)
