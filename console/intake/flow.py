"""From a source to the desk and back: several groups in flight, told in the order of their lines."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from console.intake.entry import Entry
from console.intake.reader import Reader
from console.intake.rows import Row, Totals, row_of
from console.intake.sender import Away, Sender
from orders.submit import Outcome

#: Groups in flight: each holds a connection, and up to MAX_SUBMISSIONS locks in PostgreSQL's table of them.
LANES = 4

Group = tuple[list[Entry], "asyncio.Task[list[Outcome]]"]


class Untold(Exception):
    """Rows could not be written where they are read; says why."""


class Flow:
    """One run. ``tell`` gets the rows of each group once it is committed; a slow one slows all of it."""

    def __init__(self, reader: Reader, sender: Sender, tell: Callable[[Sequence[Row]], Awaitable[None]]):
        self.totals = Totals()
        #: Why the run ended early by itself.
        self.failure: Exception | None = None
        self._reader, self._sender, self._tell = reader, sender, tell
        self._slots = asyncio.Semaphore(LANES)
        self._in_flight: asyncio.Queue[Group | None] = asyncio.Queue()

    async def run(self, stopping: asyncio.Event) -> None:
        """Until the source ends, or ``stopping`` is set and what is in flight is answered.

        Raises Unreadable, and what the database said that no later try would mend.
        """
        reading = asyncio.create_task(self._read_on(), name="intake reader")
        reading.add_done_callback(lambda _task: self._in_flight.put_nowait(None))
        ending = asyncio.create_task(_cancel_when(stopping, reading), name="intake stop")
        try:
            while (group := await self._in_flight.get()) is not None:
                await self._settle(*group, stopping)
                self._slots.release()
        finally:
            ending.cancel()
            reading.cancel()
            await asyncio.wait({ending, reading})
            await self._give_up()
        if not reading.cancelled():
            reading.result()

    async def _read_on(self) -> None:
        while True:
            await self._slots.acquire()
            entries = await self._reader.group()
            if not entries:
                return
            sending = asyncio.create_task(self._sender.send(entries), name=f"intake line {entries[0].line}")
            self._in_flight.put_nowait((entries, sending))

    async def _settle(
        self, entries: list[Entry], sending: "asyncio.Task[list[Outcome]]", stopping: asyncio.Event
    ) -> None:
        try:
            outcomes = await sending
        except Away as away:
            self.totals.unanswered += len(entries)
            self.failure = self.failure or away
            stopping.set()
            return
        rows = [row_of(entry, outcome) for entry, outcome in zip(entries, outcomes, strict=True)]
        self.totals.add(rows)
        try:
            await self._tell(rows)
        except OSError as error:
            told = error if isinstance(error, BrokenPipeError) else Untold(str(error))
            self.failure = self.failure or told
            stopping.set()

    async def _give_up(self) -> None:
        """After an end nobody expected: what is in flight is broken off."""
        while not self._in_flight.empty():
            if (group := self._in_flight.get_nowait()) is not None:
                group[1].cancel()
                await asyncio.wait({group[1]})
                if not group[1].cancelled():
                    group[1].exception()  # fetched: one of them is told already


async def _cancel_when(stopping: asyncio.Event, reading: "asyncio.Task[None]") -> None:
    await stopping.wait()
    reading.cancel()
