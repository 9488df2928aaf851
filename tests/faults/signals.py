"""A process stopped and continued, what /proc says about it, and what it says itself."""

import asyncio
import os
import signal
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


async def freeze(process: asyncio.subprocess.Process) -> None:
    """Stop it as a debugger or a full hypervisor would, and see that it stands still."""
    process.send_signal(signal.SIGSTOP)

    async def stopped() -> bool:
        return state(process.pid) == "T"

    await eventually(stopped)


def thaw(process: asyncio.subprocess.Process) -> None:
    process.send_signal(signal.SIGCONT)


async def hears(server: Serve, words: str) -> None:
    """Wait until the process has said this."""

    async def said() -> bool:
        return words in server.output

    await eventually(said)
