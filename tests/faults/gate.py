"""A gate on loopback: handlers in other processes come to it, say who they are, and wait to be let through.

So a test knows which process runs which job at which attempt, and decides when each goes on.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

#: Seconds a test waits for what is to happen at the gate.
PATIENCE = 40.0


@dataclass(eq=False)
class Visit:
    """One handler at the gate. ``said`` is what it has told since it came."""

    name: str
    pid: int
    attempt: int
    writer: asyncio.StreamWriter
    said: list[str] = field(default_factory=list)
    gone: bool = False

    def go(self) -> None:
        """Let it through. A handler that is stopped finds this when it goes on."""
        if not self.gone:
            self.writer.write(b"go\n")


class Gate:
    """Every visit there was, in the order of coming."""

    def __init__(self) -> None:
        self.visits: list[Visit] = []
        self.port = 0
        #: Whoever comes is let through at once.
        self.is_open = False
        self._news = asyncio.Event()

    def of(self, name: str) -> list[Visit]:
        """The visits under this name: the runs of one job."""
        return [visit for visit in self.visits if visit.name == name]

    def by(self, pid: int) -> list[Visit]:
        return [visit for visit in self.visits if visit.pid == pid]

    def open(self) -> None:
        """Let everybody through, those who will come, too."""
        self.is_open = True
        for visit in self.visits:
            visit.go()

    async def until(self, happened: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Wait until ``happened()``, looked at whenever something happens here."""
        try:
            async with asyncio.timeout(seconds):
                while not happened():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            seen = [(v.name, v.pid, v.attempt, v.said, v.gone) for v in self.visits]
            raise AssertionError(f"not within {seconds:g} s; at the gate: {seen}") from None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = None
        try:
            name, pid, attempt = (await reader.readline()).decode().split()
            visit = Visit(name, int(pid), int(attempt), writer)
            self.visits.append(visit)
            if self.is_open:
                visit.go()
            self._news.set()
            while line := await reader.readline():
                visit.said.append(line.decode().strip())
                self._news.set()
        except ConnectionError:
            pass  # its process was killed
        finally:
            if visit is not None:
                visit.gone = True
            self._news.set()
            writer.close()


@asynccontextmanager
async def gating() -> AsyncIterator[Gate]:
    gate = Gate()
    server = await asyncio.start_server(gate.serve, "127.0.0.1", 0)
    gate.port = server.sockets[0].getsockname()[1]
    try:
        yield gate
    finally:
        for visit in gate.visits:
            visit.writer.transport.abort()
        server.close()
