"""What a test asks a server while something is broken, and how long the answer took."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import asyncpg

from jobs import db
from jobs.engine.announcer import CHANNEL, payloads
from jobs.enqueue import enqueue_on, new_job
from tests.faults.cluster import Ground
from tests.jobs.sample_tasks import add
from tests.journeys.process import Serve
from tests.support import eventually


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    #: Until its last byte.
    seconds: float


async def get(url: str, *, seconds: float = 60.0, **options: object) -> Answer:
    """GET without following anything. Raises TimeoutError past ``seconds``."""
    began = time.monotonic()
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds)) as session,
        session.get(url, allow_redirects=False, **options) as answer,
    ):
        await answer.read()
        return Answer(answer.status, answer.headers, time.monotonic() - began)


async def health(server: Serve) -> Answer:
    return await get(f"{server.url}/api/v1/health")


async def orders(server: Serve, ground: Ground) -> Answer:
    return await get(f"{server.url}/api/v1/orders", headers=ground.alice.headers())


async def turns(server: Serve, status: int, seconds: float = 30.0) -> float:
    """Wait until the health has this status; the seconds that took."""
    began = time.monotonic()

    async def has_turned() -> bool:
        return (await health(server)).status == status

    await eventually(has_turned, seconds)
    return time.monotonic() - began


async def said(server: Serve, words: str, times: int = 1, seconds: float = 30.0) -> None:
    """Wait until the server's log has these words, so many times."""

    async def has_said() -> bool:
        return server.output.count(words) >= times

    await eventually(has_said, seconds)


async def enqueue_and_tell(conn: asyncpg.Connection, queue: str = "default") -> str:
    """A job from another process, told as another process does; its id."""
    job = replace(new_job(add, 1, 1), queue=queue)
    tx = db.Transaction(conn)
    async with conn.transaction():
        await enqueue_on(tx, [job])
    told = payloads(tx.changes, process="another")
    await conn.execute("SELECT pg_notify($1, p) FROM unnest($2::text[]) AS p", CHANNEL, told)
    return str(job.id)


async def succeeded(conn: asyncpg.Connection, ids: list[str], seconds: float = 15.0) -> None:
    """Wait until these jobs are done."""

    async def all_are() -> bool:
        found = await conn.fetchval(
            "SELECT count(*) FROM job_history WHERE id = ANY ($1::uuid[]) AND state = 'succeeded'", ids
        )
        return found == len(ids)

    await eventually(all_are, seconds)


async def hears(conn: asyncpg.Connection, seconds: float = 15.0) -> None:
    """See that the server hears another process: start it with a JOBS_POLL longer than this."""
    await succeeded(conn, [await enqueue_and_tell(conn)], seconds)


async def crowd(server: Serve, ground: Ground, size: int = 40) -> None:
    """See that its pool is whole: more readers at once than it has connections are all served."""
    answers = await asyncio.gather(*(orders(server, ground) for _ in range(size)))
    assert {answer.status for answer in answers} == {200}


def cpu_seconds(pid: int) -> float:
    """What the process has used of processors so far, in its own code and in the kernel's."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
