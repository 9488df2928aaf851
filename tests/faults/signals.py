"""A process stopped and continued, what /proc says about it, and what it says itself."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.journeys.process import Serve
from tests.support import eventually


def state(pid: int) -> str:
    """The letter of its state: T is stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def resident(pid: int) -> int:
    """Bytes of memory it holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@asynccontextmanager
async def frozen(process: asyncio.subprocess.Process) -> AsyncIterator[None]:
    """Stop it inside of the block, as a debugger would; it stands still all the while."""
    process.send_signal(signal.SIGSTOP)
    try:

        async def stopped() -> bool:
            return state(process.pid) == "T"

        await eventually(stopped)
        yield
        assert state(process.pid) == "T"
    finally:
        process.send_signal(signal.SIGCONT)


async def hears(server: Serve, words: str, seconds: float = 10.0) -> None:
    """Wait until the process has said this."""

    async def said() -> bool:
        return words in server.output

    await eventually(said, seconds)
