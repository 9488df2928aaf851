"""A group through the use case, and again: as told where the desk is busy, patiently where it is away."""

import asyncio
import random
from collections.abc import Mapping, Sequence

from console.intake.entry import Entry
from jobs.away import AWAY
from orders.submit import Outcome, Refusal, Submission, submit
from orders.unfit import unknown_of_each
from orders.wrong import MAX_PROBLEMS

#: How often orders are sent that are told to come back.
TRIES = 12
#: Seconds a group goes on trying while the database is away, and the longest wait between two tries.
PATIENCE, LONGEST_WAIT = 30.0, 5.0


class Away(Exception):
    """The database stayed away: whether these orders are kept is not known. Send them again."""


class Sender:
    """Sends for one Django user (``client`` is its id). Once ``stopping`` is set nothing is tried again."""

    def __init__(self, client: int, actor: str, stopping: asyncio.Event) -> None:
        self._client, self._actor, self._stopping = client, actor, stopping

    async def send(self, entries: Sequence[Entry]) -> list[Outcome]:
        """What became of each, once that is committed; what is no order is refused. Raises Away."""
        outcomes = await _refused({at: entry for at, entry in enumerate(entries) if entry.submission is None})
        waiting = {place: entry.submission for place, entry in enumerate(entries) if entry.submission}
        for attempt in range(1, TRIES + 1):
            answers = await self._submit(list(waiting.values())) if waiting else []
            outcomes |= zip(waiting, answers, strict=True)
            told = {place: wait for place in waiting if (wait := _wait_of(outcomes[place])) is not None}
            waiting = {place: waiting[place] for place in told}
            if not waiting or attempt == TRIES or await self._stopped_within(max(told.values())):
                break
        return [outcomes[place] for place in range(len(entries))]

    async def _submit(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """One call, made again under the same keys while the database is away."""
        clock = asyncio.get_running_loop().time
        failures, end = 0, 0.0
        while True:
            try:
                return await submit(submissions, client=self._client, actor=self._actor, door="command")
            except AWAY as error:
                failures += 1
                end = end or clock() + PATIENCE
                wait = min(0.25 * 2**failures, LONGEST_WAIT) * random.uniform(0.5, 1)  # noqa: S311
                if clock() + wait > end or await self._stopped_within(wait):
                    raise Away(str(error).partition("\n")[0] or type(error).__name__) from error

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return False
        return True


async def _refused(entries: Mapping[int, Entry]) -> dict[int, Outcome]:
    """What is wrong with the form of each, and what the shop does not know, as the other doors say it.

    Looked up together: a long file of nothing but wrong lines would take a round trip a line.
    """
    strange = await unknown_of_each([entry.raw for entry in entries.values()])
    return {
        at: Refusal("invalid", [*entry.errors, *unknown][:MAX_PROBLEMS])
        for (at, entry), unknown in zip(entries.items(), strange, strict=True)
    }


def _wait_of(outcome: Outcome) -> float | None:
    """Seconds after which the same order may be sent again; None where its outcome is final."""
    return outcome.retry_after if isinstance(outcome, Refusal) else None
