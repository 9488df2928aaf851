"""A PostgreSQL of the tests' own, that they may break: never the one other tests run on."""

import asyncio
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import asyncpg

from console.postgres import postmaster, server
from console.postgres.place import PORT, USER, Place
from console.postgres.runner import choose
from jobs import db
from tests.journeys.cast import Alice
from tests.journeys.process import ROOT

How = Literal["fast", "immediate", "kill"]

#: fast: sessions are cut off, a checkpoint is written. immediate: as if the power went, but orderly enough to
#: end the children. kill: the postmaster is shot, and its children find out.
SIGNALS: dict[How, signal.Signals] = {
    "fast": signal.SIGINT,
    "immediate": signal.SIGQUIT,
    "kill": signal.SIGKILL,
}
STOP = 30.0

#: Migrated, with an open shop and Alice hired; every test's database is a copy of it.
TEMPLATE = "ground"


class Cluster:
    """One server on a folder of its own. It listens on a socket; a Proxy in front gives it a TCP port."""

    def __init__(self, folder: Path) -> None:
        self.place = Place(folder)
        folder.mkdir(mode=0o700, exist_ok=True)
        self.runner = choose(self.place)
        self._process: subprocess.Popen[Any] | None = None

    @property
    def pid(self) -> int | None:
        """The postmaster's, while it runs."""
        found = postmaster.running(self.runner.data)
        return found.pid if found else None

    @property
    def socket(self) -> Path:
        """What a proxy connects to."""
        return self.place.socket / f".s.PGSQL.{PORT}"

    async def start(self) -> int:
        """Start it, if it does not run; its pid once it answers."""
        if self.pid is None:
            await asyncio.to_thread(self._start)
        assert self.pid is not None
        return self.pid

    def _start(self) -> None:
        server.prepare(self.place, self.runner)
        self._process = server.start(self.place, self.runner)

    async def stop(self, how: How = "fast") -> None:
        """End it in this way, and see that it is gone."""
        pid, process = self.pid, self._process
        if pid is None or process is None:
            return
        os.kill(pid, SIGNALS[how])
        await asyncio.to_thread(process.wait, STOP)
        self._process = None

    async def restart(self, how: How = "fast") -> None:
        """Stop and start it; what comes back is another postmaster."""
        before = self.pid
        await self.stop(how)
        assert await self.start() != before

    def destroy(self) -> None:
        """End it for good and leave nothing."""
        server.stop(self.place, self.runner, self._process)
        if self.runner.owner:  # outside of the test's folder, because root may not run it there
            shutil.rmtree(self.runner.data.parent, ignore_errors=True)

    def url(self, database: str, proxy_port: int | None = None) -> str:
        """DATABASE_URL of a process: over the socket, or through a proxy on loopback."""
        host = f"127.0.0.1:{proxy_port}" if proxy_port else str(self.place.socket).replace("/", "%2F")
        return f"postgres://{USER}@{host}/{database}"

    async def connect(self, database: str) -> asyncpg.Connection:
        """A connection of the test's own, never through a proxy."""
        conn = await asyncpg.connect(
            host=str(self.place.socket), port=PORT, user=USER, database=database, timeout=10
        )
        await db.set_codecs(conn)
        return conn

    @asynccontextmanager
    async def connected(self, database: str) -> AsyncIterator[asyncpg.Connection]:
        conn = await self.connect(database)
        try:
            yield conn
        finally:
            conn.terminate()

    async def execute(self, statement: str) -> None:
        """Outside of any test's database."""
        async with self.connected("postgres") as conn:
            await conn.execute(statement)


@dataclass(frozen=True)
class Ground:
    """One test's database on the cluster, with a shop, and Alice who may submit orders."""

    cluster: Cluster
    database: str
    alice: Alice

    def url(self, proxy_port: int | None = None) -> str:
        return self.cluster.url(self.database, proxy_port)

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[asyncpg.Connection]:
        async with self.cluster.connected(self.database) as conn:
            yield conn


async def lay_ground(cluster: Cluster) -> Alice:
    """Make the template; Alice as she is in each copy of it."""
    await cluster.start()
    await cluster.execute(f"CREATE DATABASE {TEMPLATE}")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.ground",
        cwd=ROOT, env={**os.environ, "DATABASE_URL": cluster.url(TEMPLATE)}, stdout=subprocess.PIPE,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode == 0
    return Alice(**json.loads(said))


@asynccontextmanager
async def fresh(cluster: Cluster, alice: Alice) -> AsyncIterator[Ground]:
    """A copy of the template, dropped afterwards; the cluster runs before and after."""
    await cluster.start()
    name = f"fault_{secrets.token_hex(6)}"
    await cluster.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield Ground(cluster, name, alice)
    await cluster.start()
    await cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")
