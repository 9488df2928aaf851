"""A server killed or stopped in the middle: the order ends fulfilled, once, and is paid for once."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import asyncpg
import pytest
from aiohttp import web

from jobs import db
from orders import ledger_check
from tests.journeys.cast import Alice, hire_alice, open_shop, order
from tests.journeys.process import Serve, serving
from tests.journeys.watch import Watch
from tests.support import eventually

pytestmark = pytest.mark.fault


@asynccontextmanager
async def holding(statement: str) -> AsyncIterator[asyncpg.Connection]:
    """Hold the locks of a statement until the block ends: whoever needs them stands still inside."""
    options = db.connect_options()
    conn = await asyncpg.connect(**options)
    try:
        async with conn.transaction():
            assert await conn.fetch(statement)
            yield conn
    finally:
        await conn.close()


async def is_waited_for(conn: asyncpg.Connection) -> bool:
    """Does another backend wait for what this connection holds?"""
    return await db.pool().fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))", conn.get_server_pid()
    )


async def submit(server: Serve, alice: Alice) -> str:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/api/v1/orders", json=order(), headers=alice.headers()) as answer,
    ):
        assert answer.status == 202, await answer.text()
        return (await answer.json())["id"]


async def running(task: str) -> list[Any]:
    return await db.pool().fetch(
        "SELECT id, attempt FROM job WHERE state = 'running' AND task LIKE $1", f"%{task}"
    )


async def assert_fulfilled_once(order_id: str) -> None:
    """Fulfilled once, paid once, nothing left over, nothing running."""
    fetch = db.pool().fetchval
    assert await fetch("SELECT state FROM orders WHERE id = $1", order_id) == "fulfilled"
    assert (
        await fetch("SELECT count(*) FROM order_event WHERE order_id = $1 AND state = 'fulfilled'", order_id)
        == 1
    )
    assert await fetch("SELECT count(*) FROM transfer WHERE order_id = $1", order_id) == 1
    assert await fetch("SELECT state FROM transfer WHERE order_id = $1", order_id) == "posted"
    assert await fetch("SELECT on_hand FROM stock WHERE sku = 'TEA'") == 998
    assert await fetch("SELECT reserved FROM stock WHERE sku = 'TEA'") == 0
    assert await fetch("SELECT count(*) FROM job WHERE state = 'running'") == 0
    assert await ledger_check.check() == []


@pytest.mark.parametrize(
    ("task", "statement"),
    [
        pytest.param(
            "secure",
            "SELECT sku FROM stock WHERE sku = 'TEA' FOR UPDATE",
            id="secure",
            marks=pytest.mark.fault_long,
        ),
        pytest.param(
            "fulfil",
            "SELECT account FROM balance WHERE account = "
            "(SELECT id FROM account WHERE code = 'revenue:EUR') FOR UPDATE",
            id="fulfil",
        ),
    ],
)
async def test_an_order_survives_a_kill_in_the_middle(database: None, task: str, statement: str) -> None:
    await open_shop()
    alice = await hire_alice()
    async with holding(statement) as lock:
        async with serving() as first:
            order_id = await submit(first, alice)
            await eventually(lambda: is_waited_for(lock))
            assert [row["attempt"] for row in await running(task)] == [1]
            await first.kill()
        assert len(await running(task)) == 1  # it was in the middle: the row still says running
    async with serving() as second, Watch(second.url, alice.token, f"order:{order_id}") as watch:
        await watch.ended({order_id})
    await assert_fulfilled_once(order_id)
    lost = await db.pool().fetch("SELECT number, outcome FROM attempt")
    assert [tuple(row) for row in lost] == [(1, "lost")]


class Carrier:
    """A carrier on loopback whose first answer never comes; ``asked`` is set at each question."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.calls = 0

    async def quote(self, request: web.Request) -> web.Response:
        self.calls += 1
        first = self.calls == 1
        self.asked.set()
        if first:
            await asyncio.Event().wait()
        return web.json_response({"price": 495, "currency": "EUR"})

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[dict[str, str]]:
        """The environment of a server that asks this carrier."""
        app = web.Application()
        app.router.add_get("/quote", self.quote)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        try:
            yield {
                "CARRIERS": json.dumps({"only": f"http://127.0.0.1:{port}/quote"}),
                "FETCH_ALLOW": f"127.0.0.1:{port}",
                "JOBS_GRACE": "0.5",
            }
        finally:
            await runner.cleanup()


@pytest.mark.parametrize("ending", ["kill", pytest.param("terminate", marks=pytest.mark.fault_long)])
async def test_an_order_survives_the_end_of_the_server_while_a_carrier_is_asked(
    database: None, ending: str
) -> None:
    await open_shop()
    alice = await hire_alice()
    carrier = Carrier()
    async with carrier.listening() as env:
        async with serving(**env) as first:
            order_id = await submit(first, alice)
            async with asyncio.timeout(20):
                await carrier.asked.wait()
            assert len(await running("quote")) == 1
            if ending == "kill":
                await first.kill()
                assert len(await running("quote")) == 1
            else:
                assert await first.terminate() == 0
                assert await running("quote") == []
                assert await db.pool().fetchval("SELECT state FROM job") == "ready"
        async with serving(**env) as second, Watch(second.url, alice.token, f"order:{order_id}") as watch:
            await watch.ended({order_id})
    await assert_fulfilled_once(order_id)
    rounds = await db.pool().fetch("SELECT round, state FROM quote ORDER BY round")
    assert [row["state"] for row in rounds] == ["cancelled", "won"]
    outcomes = await db.pool().fetch("SELECT outcome FROM attempt")
    assert [row["outcome"] for row in outcomes] == ["lost" if ending == "kill" else "released"]
