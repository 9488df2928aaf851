"""A host's pace, held across every process by one row on the database's clock."""

import asyncio
from time import monotonic
from weakref import WeakValueDictionary

from django.conf import settings

from jobs import db
from jobs.fetch.errors import FetchError
from jobs.rules.pace import Pace
from jobs.statements import sql

#: Seconds a call waits for its slot before it gives up.
PATIENCE = 30.0

# One question a key at a time from this process: a hundred at once would queue for the row's lock instead,
# and come back with slots that are gone by.
_turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


def usual() -> Pace:
    """The pace a new key gets: the setting FETCH_PACE."""
    return Pace(rate=float(settings.FETCH_PACE["rate"]), burst=int(settings.FETCH_PACE["burst"]))


async def wait(key: str, patience: float = PATIENCE) -> None:
    """Return when a call under this key may start.

    A slot this process comes to too late (a blocked loop, a slow database) is forfeited and another one
    taken: calls that start late run into those behind them. Raises FetchError (pace) where the next slot
    is more than ``patience`` seconds ahead.
    """
    until = monotonic() + patience
    new = usual()
    turn = _turns.setdefault(key, asyncio.Lock())
    while True:
        async with turn, db.connection() as conn:
            asked = monotonic()
            taken = await conn.fetchrow(sql("take_pace"), key, new.rate, new.burst, max(0.0, until - asked))
        if taken is None:
            raise FetchError("pace", f"{key} is busy: no slot in the next {patience:g} s")
        due = (taken["slot"] - taken["now"]).total_seconds()
        await asyncio.sleep(due)
        # Counted from before the question: what the statement itself took makes a call late, too.
        if monotonic() - asked - due < Pace(taken["rate"], taken["burst"]).lateness:
            return


async def push(key: str, seconds: float) -> None:
    """No call under this key starts in the next ``seconds``, in any process."""
    async with db.connection() as conn:
        await conn.execute(sql("push_pace"), key, seconds)
