"""More processes than the server has connections for: each goes on with those it has, and says so in time."""

import asyncio
import itertools
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from console.postgres import server
from console.postgres.place import PORT, USER
from tests.faults.cluster import Cluster, Ground, fresh, lay_ground
from tests.faults.history import at_rest, violations
from tests.faults.load import loading
from tests.journeys.cast import Alice
from tests.journeys.process import ROOT, Serve, serving
from tests.journeys.signin import sign_in

pytestmark = pytest.mark.fault

#: An ordinary role, for whom three connections of the server are out of reach.
ROLE, RESERVED = "desk", 3


class Narrow(Cluster):
    """A cluster for so many connections, used by an ordinary role."""

    def __init__(self, folder: Path, most: int) -> None:
        super().__init__(folder)
        self.most = most

    def _start(self) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(server.SETTINGS, "max_connections", str(self.most))
            super()._start()

    def url(self, database: str, proxy_port: int | None = None) -> str:
        return super().url(database, proxy_port).replace(f"//{USER}@", f"//{ROLE}@")

    async def hire(self) -> Alice:
        await self.start()
        async with self.connected("template1") as conn:
            await conn.execute(f"CREATE ROLE {ROLE} LOGIN; GRANT ALL ON SCHEMA public TO {ROLE}")
        return await lay_ground(self)

    def refusals(self) -> int:
        """How often the server has refused a connection."""
        return len(re.findall(r"FATAL: .*(too many|slots are reserved)", self.place.log.read_text()))

    @asynccontextmanager
    async def full(self) -> AsyncIterator[None]:
        """Inside of the block somebody else has every connection that was free."""
        async with AsyncExitStack() as stack:
            while True:
                try:
                    conn = await asyncpg.connect(
                        host=str(self.place.socket), port=PORT, user=ROLE, database="postgres"
                    )
                except asyncpg.TooManyConnectionsError:
                    break
                stack.callback(conn.terminate)
            yield


@asynccontextmanager
async def narrow(folder: Path, most: int) -> AsyncIterator[Ground]:
    cluster = Narrow(folder, most)
    try:
        async with fresh(cluster, await cluster.hire()) as ground:
            yield ground
    finally:
        cluster.destroy()


@pytest_asyncio.fixture
async def small(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """36 connections for Headrace: two processes of 15, and what a third needs to begin with."""
    async with narrow(tmp_path_factory.mktemp("narrow") / "server", 36 + RESERVED) as ground:
        yield ground


async def refused(env: dict[str, str]) -> str:
    """What a process says that finds no room; it ends with 1."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "manage.py", "serve", "--port", "0",
        cwd=ROOT, env={**os.environ, **env},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode == 1, said.decode()
    return said.decode()


async def crowd(ground: Ground, processes: int, *, rate: float, orders: int, **env: str) -> list[Serve]:
    """So many processes on a server that fills up under them, and orders a second. The processes, ended."""
    cluster = ground.cluster
    assert isinstance(cluster, Narrow)
    env = {"DATABASE_URL": ground.url(), **env}
    servers = []
    async with AsyncExitStack() as stack:
        for _ in range(processes):
            servers.append(await stack.enter_async_context(serving(**env)))
        urls = itertools.cycle(server.url for server in servers)
        before = cluster.refusals()
        async with loading(lambda: next(urls), ground.alice, rate=rate, count=20_000) as load:
            async with cluster.full():
                await load.more(orders)
                statuses = await asyncio.gather(
                    *(sign_in(server.url) for server in (servers[0], servers[-1]))
                )
                assert set(statuses) == {200}
                said = await refused(env)
                assert "has no room for one more" in said.splitlines()[-1]
                assert "Traceback" not in said
                await load.more(orders)
            await load.more(orders)
        assert cluster.refusals() > before + 5  # the server was full, and asked for more
        assert set(load.history.why_unknown()) <= {"503"}
        async with ground.connected() as conn:
            await at_rest(conn)
            assert await violations(conn, load.history) == []
        for one in servers:
            assert await one.terminate() == 0
            assert "Traceback" not in one.output
    return servers


MAY_OPEN = r"(\d) processes of Headrace may open (\d+) connections, and the server has (\d+) for them"


@pytest.mark.fault_long
async def test_three_processes_share_a_server_that_has_room_for_two(small: Ground) -> None:
    servers = await crowd(
        small, 3, rate=40, orders=40,
        DATABASE_POOL_MIN="2", DATABASE_POOL_MAX="8", DATABASE_ORM_MAX="4", DATABASE_ACQUIRE_TIMEOUT="3",
    )  # fmt: skip
    first = servers[0].output
    assert "Up to 15 connections a process: pool 8, ORM 4, listener 1, announcer 1, heart 1" in first
    assert "the server allows 36, others use 0: room for 2, 1 run" in first
    warnings = [re.findall(MAY_OPEN, server.output) for server in servers]
    assert warnings == [[], [], [("3", "45", "36")]]


@pytest.mark.fault_long
@pytest.mark.timeout(600)
async def test_ten_processes_on_a_server_as_it_comes(tmp_path: Path) -> None:
    async with narrow(tmp_path / "server", 100) as ground:
        servers = await crowd(ground, 10, rate=100, orders=500, DATABASE_ACQUIRE_TIMEOUT="10")
    warned = ["may open" in server.output for server in servers]
    assert warned == [False] * 3 + [True] * 7
