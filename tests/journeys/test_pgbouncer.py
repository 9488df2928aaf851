"""Behind PgBouncer in transaction mode everything works by looking, and the process says so."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import aiohttp
import asyncpg
import pytest
from django.db import connections

from jobs import db
from orders import ledger_check
from orders.schema import OrderIn
from orders.submit import MAX_SUBMISSIONS, Answer, Submission, submit
from tests.conftest import NO_PGBOUNCER, PGBOUNCER
from tests.journeys.cast import Alice, hire_alice, open_shop, order
from tests.journeys.pgbouncer import PgBouncer, bouncing
from tests.journeys.process import Serve, serving
from tests.journeys.signin import sign_in
from tests.journeys.watch import Watch
from tests.support import eventually

pytestmark = [pytest.mark.fault, pytest.mark.skipif(PGBOUNCER is None, reason=NO_PGBOUNCER)]

#: Connections PgBouncer opens to the server, for any number of clients.
SIZE = 5
#: What a direct connection begins with, and PgBouncer does not know.
SETTINGS = (
    "plan_cache_mode, idle_in_transaction_session_timeout,"
    " tcp_keepalives_idle, tcp_keepalives_interval, tcp_keepalives_count"
)
SAYS = "Behind a pooler: notifications do not arrive. Jobs are looked for every 0.5 s"


@pytest.fixture
async def pooler(database: None) -> AsyncIterator[PgBouncer]:
    async with bouncing(connections["default"].settings_dict, size=SIZE) as pooler:
        yield pooler


async def post(server: Serve, alice: Alice, count: int) -> set[str]:
    """So many orders at once over HTTP; their ids."""
    async with aiohttp.ClientSession() as session:

        async def one() -> str:
            url = f"{server.url}/api/v1/orders"
            async with session.post(url, json=order(), headers=alice.headers()) as answer:
                assert answer.status == 202, await answer.text()
                return (await answer.json())["id"]

        return set(await asyncio.gather(*(one() for _ in range(count))))


async def submit_unheard(alice: Alice) -> None:
    """A full list of orders from here, by a direct connection; no process hears of it."""
    orders = [Submission(OrderIn(**order()), None)] * MAX_SUBMISSIONS
    answers = await submit(orders, client=alice.id, actor="test", door="test")
    assert all(isinstance(answer, Answer) for answer in answers)


async def kept_prepared(pooler: PgBouncer) -> list[int]:
    """Statements that are kept prepared, on each of the server's connections."""
    options = {"host": str(pooler.folder), "port": 6432, "user": pooler.user, "database": pooler.name}
    async with AsyncExitStack() as stack:
        found = {}
        while len(found) < SIZE:  # a transaction keeps its connection, so the next has another
            conn = await asyncpg.connect(**options, statement_cache_size=0)
            stack.callback(conn.terminate)
            await conn.execute("BEGIN")
            pid = await conn.fetchval("SELECT pg_backend_pid()")
            found[pid] = await conn.fetchval("SELECT count(*)::int FROM pg_prepared_statements")
        return list(found.values())


async def test_two_processes_behind_it_take_orders_share_the_work_and_tell_of_it(pooler: PgBouncer) -> None:
    await open_shop(units=1_000_000, money=10**10)
    alice = await hire_alice()
    env = {"DATABASE_URL": pooler.url, "JOBS_POLL": "300"}  # what a process that hears would do
    async with serving(**env) as first, serving(**env) as second:
        async with Watch(first.url, alice.token) as near, Watch(second.url, alice.token) as far:
            ids = await post(first, alice, 30)
            await near.ended(ids)
            await far.ended(ids)  # not told: it reads again what is watched
        lists = 0

        async def both_worked() -> bool:
            nonlocal lists
            await submit_unheard(alice)
            lists += 1
            return await db.pool().fetchval("SELECT count(DISTINCT worker) FROM job_history") == 2

        async def all_ended() -> bool:
            return not await db.pool().fetchval("SELECT count(*) FROM job")

        await eventually(both_worked, 30)
        await eventually(all_ended, 60)
        assert await sign_in(second.url) == 200
        (pool,) = (row for row in pooler.show("POOLS") if row["user"] == pooler.user)
        assert pool["pool_mode"] == "transaction"
        assert pool["cl_active"] + pool["cl_waiting"] > SIZE  # more come in than go out
        assert len(pooler.show("SERVERS")) <= SIZE
        names = {row["application_name"] for row in pooler.show("CLIENTS")}
        assert "headrace heart" in names
        assert "headrace listener" not in names
        for server in (first, second):
            assert await server.terminate() == 0
            assert server.output.count(SAYS) == 1
            assert "Traceback" not in server.output
    assert await kept_prepared(pooler) == [0] * SIZE  # what is planned anew each time has no generic plan
    states = await db.pool().fetch("SELECT state, count(*) FROM orders GROUP BY state")
    assert [tuple(row) for row in states] == [("fulfilled", 30 + lists * MAX_SUBMISSIONS)]
    assert await ledger_check.check() == []


async def test_a_worker_whose_pooler_holds_its_beats_fences_itself_and_is_back(pooler: PgBouncer) -> None:
    async with serving(DATABASE_URL=pooler.url) as server:
        await asyncio.to_thread(pooler.tell, "PAUSE")

        async def said(words: str) -> bool:
            return words in server.output

        await eventually(lambda: said("fences itself"), 20)
        await asyncio.to_thread(pooler.tell, "RESUME")
        await eventually(lambda: said("the worker is back"), 20)


@pytest.mark.parametrize(
    ("more", "pooled"),
    [
        pytest.param("", True, id="refuses-settings"),
        pytest.param(f"ignore_startup_parameters = {SETTINGS}", True, id="ignores-settings"),
        pytest.param(None, False, id="none-is-there"),
    ],
)
async def test_a_pooler_is_noticed(database: None, more: str | None, pooled: bool) -> None:
    conf = connections["default"].settings_dict
    async with AsyncExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(db, "_pooled", None)
        if more is not None:
            pooler = await stack.enter_async_context(bouncing(conf, more=more))
            patch.setitem(conf, "HOST", str(pooler.folder))
            patch.setitem(conf, "PORT", "6432")
        assert await db.look_for_pooler() is pooled
        assert db.pooled() is pooled
