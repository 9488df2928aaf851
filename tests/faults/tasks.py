"""Tasks that the served processes run. Each comes to the test's gate; what it does for good is a row of
``fault_effect``, written in the commit that finishes its job."""

import asyncio
import ctypes
import os
import socket
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from jobs import Context, constant, task
from jobs.outcome import Fenced

AT_ONCE = constant(attempts=3, wait=0)


class At:
    """A handler's line to the gate."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def passed(self) -> None:
        """Wait to be let through."""
        if not await self.reader.readline():
            raise ConnectionError("the gate is gone")

    async def say(self, word: str) -> None:
        self.writer.write(f"{word}\n".encode())
        await self.writer.drain()


@asynccontextmanager
async def at(port: int, name: str, attempt: int) -> AsyncIterator[At]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        line = At(reader, writer)
        await line.say(f"{name} {os.getpid()} {attempt}")
        yield line
    finally:
        writer.close()


async def effect(context: Context, name: str) -> None:
    async with context.transaction(finish=os.getpid()) as tx:
        await tx.conn.execute(
            "INSERT INTO fault_effect (job, name, pid) VALUES ($1, $2, $3)", context.job_id, name, os.getpid()
        )


@task(takes_context=True, retry=AT_ONCE)
async def passes(context: Context, port: int, name: str) -> None:
    """Through the gate, then the effect."""
    async with at(port, name, context.attempt) as gate:
        await gate.passed()
    await effect(context, name)


@task(takes_context=True, retry=AT_ONCE)
async def takes_its_time(context: Context, name: str, seconds: float) -> None:
    await asyncio.sleep(seconds)
    await effect(context, name)


@task(takes_context=True, retry=AT_ONCE)
async def writes_whatever_comes(context: Context, port: int, name: str) -> None:
    """Through the gate, then the effect, although it is cancelled; it tells the gate how that went."""
    async with at(port, name, context.attempt) as gate:

        async def write() -> None:
            await gate.passed()
            try:
                await effect(context, name)
            except Fenced:
                await gate.say("fenced")
                raise
            await gate.say("written")

        writing = asyncio.create_task(write())
        while not writing.done():
            try:
                await asyncio.wait({writing})
            except asyncio.CancelledError:
                continue
        await writing


@task(retry=AT_ONCE)
def never_ends(port: int) -> None:
    """A plain function: its thread cannot be cancelled."""
    with socket.create_connection(("127.0.0.1", port)) as gate:
        gate.sendall(f"stuck {os.getpid()} 1\n".encode())
        threading.Event().wait()


@task(takes_context=True, retry=AT_ONCE)
async def poison(context: Context, port: int, name: str) -> None:
    """Ends its whole process, without a word, each time it runs."""
    async with at(port, name, context.attempt) as gate:
        await gate.passed()
        os._exit(7)


@task(takes_context=True, retry=AT_ONCE)
async def blocks(context: Context, port: int, name: str, seconds: float, how: str) -> None:
    """Blocks the loop at its first attempt; says ``blocked`` and for how long."""
    async with at(port, name, context.attempt) as gate:
        await gate.passed()
        if context.attempt == 1:
            began = time.monotonic()
            BLOCK[how](seconds)
            await gate.say(f"blocked {time.monotonic() - began:.3f}")
    await effect(context, name)


def _spin(seconds: float) -> None:
    """Python code that never waits: threads get a turn now and then, the loop gets none."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(1000))


def _hold_the_gil(seconds: float) -> None:
    """A C function that keeps the GIL: no thread gets a turn."""
    ctypes.PyDLL(None).usleep(ctypes.c_uint(int(seconds * 1_000_000)))


BLOCK = {"spin": _spin, "gil": _hold_the_gil}
