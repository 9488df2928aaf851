"""The pipeline: an order goes in, an engine runs its jobs, it ends fulfilled or refused with a reason."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from aiohttp import web

from jobs import db
from jobs.changes import Change, publish
from jobs.engine.engine import Engine
from jobs.engine.process import Process
from jobs.enqueue import enqueue_on, new_job
from jobs.fetch.client import close_client
from jobs.rules.retry import delay
from jobs.tasks import Task
from orders import tasks
from orders.catalogue import deposit, restock
from orders.submit import Answer, Submission, submit
from tests.orders.desk import CLIENT, assert_books_balance, detail, kept, money, order_in, rows, secure, units
from tests.support import eventually

pytestmark = pytest.mark.usefixtures("shop")


@pytest_asyncio.fixture
async def process(shop: None) -> AsyncIterator[Process]:
    running = Process()
    await running.start()
    yield running
    await running.stop(grace=5.0)


async def final(order: UUID) -> dict:
    async def look() -> dict | None:
        found = await detail(order)
        return found if found["state"] in ("fulfilled", "rejected") else None

    return await eventually(look, 20.0)


@pytest.mark.usefixtures("process")
async def test_an_order_is_fulfilled_by_its_jobs() -> None:
    answer = await kept(order_in(("TEA-GREEN", 2)))
    order = await final(answer.id)
    assert [event["state"] for event in order["events"]] == ["received", "secured", "fulfilled"]
    assert [event["actor"] for event in order["events"]] == ["user:ada", "task:secure", "task:fulfil"]

    async def both_done() -> bool:
        jobs = (await detail(answer.id))["jobs"]
        return [job["state"] for job in jobs] == ["succeeded", "succeeded"]

    assert await eventually(both_done)
    assert await units("TEA-GREEN") == (8, 0)
    assert await money("revenue:EUR") == (900, 0)
    await assert_books_balance()


@pytest.mark.usefixtures("process")
async def test_a_refused_order_ends_with_its_reason_and_no_further_job() -> None:
    answer = await kept(order_in(("TEA-GREEN", 99)))
    order = await final(answer.id)
    assert order["reason"].startswith("no stock of TEA-GREEN: 99 wanted, 10 left")
    assert [job["task"] for job in order["jobs"]] == ["orders.tasks.secure"]
    await assert_books_balance()


async def test_a_thousand_orders_through_two_engines_are_each_paid_once(shop: None) -> None:
    await deposit("C001", "EUR", 1_000_000, None, "command:test", "")
    await restock("TEA-BLACK", 990, "command:test", "")
    orders = [Submission(order_in(("TEA-BLACK", 1))) for _ in range(1000)]
    parts = [orders[start : start + 250] for start in range(0, 1000, 250)]
    engines = [Engine(name="one"), Engine(name="two")]
    for engine in engines:
        await engine.start()
    try:
        outcomes = await asyncio.gather(
            *(submit(part, client=CLIENT, actor="user:ada", door="api") for part in parts)
        )
        assert all(isinstance(outcome, Answer) for part in outcomes for outcome in part)

        async def all_done() -> bool:
            found = await rows("SELECT count(*) AS n FROM orders WHERE state = 'fulfilled'")
            return found[0]["n"] == 1000

        assert await eventually(all_done, 40.0)
    finally:
        for engine in engines:
            await engine.stop(5.0)
    assert await units("TEA-BLACK") == (0, 0)
    assert await money("revenue:EUR") == (300_000, 0)
    counts = await rows("SELECT state, count(*) AS n FROM job_history GROUP BY state")
    assert counts == [{"state": "succeeded", "n": 2000}]
    await assert_books_balance()


class Carriers:
    """Two carriers on loopback: one never answers, one answers as told, with a quote once both were asked."""

    def __init__(self) -> None:
        self.status, self.asked = 200, list[str]()
        self.slow_asked, self.slow_left = asyncio.Event(), asyncio.Event()

    async def quick(self, request: web.Request) -> web.Response:
        self.asked.append(request.query["order"])
        if self.status == 200:
            await self.slow_asked.wait()
        return web.json_response({"price": 690, "currency": "EUR"}, status=self.status)

    async def slow(self, request: web.Request) -> web.Response:
        self.slow_asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.slow_left.set()
        raise AssertionError("unreachable")


@pytest_asyncio.fixture
async def carriers(database: None, settings: Any) -> AsyncIterator[Carriers]:
    made = Carriers()
    app = web.Application()
    app.router.add_get("/quick", made.quick)
    app.router.add_get("/slow", made.slow)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    place = f"127.0.0.1:{runner.addresses[0][1]}"
    settings.CARRIERS = {"quick": f"http://{place}/quick", "slow": f"http://{place}/slow"}
    settings.FETCH_ALLOW = [place]
    yield made
    await close_client()
    await runner.cleanup()


async def test_the_first_carrier_wins_and_the_other_is_called_off(
    carriers: Carriers, process: Process
) -> None:
    answer = await kept(order_in())
    order = await final(answer.id)
    assert [event["state"] for event in order["events"]] == [
        "received",
        "secured",
        "fulfilling",
        "fulfilling",
        "fulfilled",
    ]
    assert {quote["carrier"]: quote["state"] for quote in order["quotes"]} == {
        "quick": "won",
        "slow": "cancelled",
    }
    assert carriers.asked == [str(answer.id)]
    async with asyncio.timeout(5):
        await carriers.slow_left.wait()
    await assert_books_balance()


async def test_carriers_that_all_fail_are_asked_again_until_a_person_is_needed(
    carriers: Carriers, settings: Any, process: Process
) -> None:
    settings.CARRIERS = {"quick": settings.CARRIERS["quick"]}
    carriers.status = 404
    answer = await kept(order_in())

    async def look() -> dict | None:
        async with db.connection() as conn:  # no waiting for the back-off: the next round is due now
            await conn.execute("UPDATE job SET run_at = clock() WHERE state = 'scheduled'")
        await publish([Change("scheduled", "outside")])
        found = await detail(answer.id)
        return found if found["attention"] else None

    order = await eventually(look, 30.0)
    rounds = tasks.quote.retry.attempts
    stuck = f"no carrier gave a quote in {rounds} rounds; the last time quick: answered 404"
    assert order["attention"] == stuck
    assert order["state"] == "fulfilling"
    assert [quote["round"] for quote in order["quotes"]] == list(range(rounds, 0, -1))
    assert [quote["repeated"] for quote in order["quotes"]] == [False] + [True] * (rounds - 1)
    assert {quote["detail"] for quote in order["quotes"]} == {"answered 404"}

    async def told() -> bool:
        jobs = (await detail(answer.id))["jobs"]
        return [job["state"] for job in jobs[-2:]] == ["failed", "succeeded"]

    assert await eventually(told)
    assert (await detail(answer.id))["attention"] == stuck
    await assert_books_balance()


@pytest.mark.parametrize(
    ("away", "error"),
    [
        pytest.param({"one", "other"}, "orders.tasks.NoAnswer", id="nobody answers"),
        pytest.param({"one"}, "orders.tasks.NoQuote", id="one of two refuses"),
    ],
)
async def test_a_round_nobody_answered_fails_otherwise_than_one_that_was_refused(
    shop: None, carriers: Carriers, settings: Any, away: set[str], error: str
) -> None:
    carriers.status, here = 404, settings.CARRIERS["quick"]
    settings.FETCH_ALLOW = [*settings.FETCH_ALLOW, "127.0.0.1:1"]
    settings.CARRIERS = {name: "http://127.0.0.1:1/" if name in away else here for name in ("one", "other")}
    answer = await waiting_for("quote")
    await told_of(answer.id)
    assert await rows("SELECT task, error_class FROM attempt WHERE outcome = 'failed'") == [
        {"task": "orders.tasks.quote", "error_class": error}
    ]


@pytest.mark.parametrize(
    ("step", "breaks"),
    [("secure", "secure_orders"), ("quote", "open_round"), ("fulfil", "fulfil_orders")],
)
async def test_an_order_whose_step_failed_for_good_says_that_it_needs_a_person(
    shop: None, monkeypatch: pytest.MonkeyPatch, step: str, breaks: str
) -> None:
    async def broken(*args: Any, **kwargs: Any) -> None:
        raise ValueError("broken")

    answer = await waiting_for(step)
    monkeypatch.setattr(tasks, breaks, broken)
    found = await told_of(answer.id)
    assert found["attention"] == f"{step} failed for good: ValueError: broken"
    assert found["events"][-1]["reason"] == found["attention"]
    await assert_books_balance()


async def test_nobody_is_waited_for_once_the_last_asking_broke_off(
    shop: None, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    async def away(*args: Any, **kwargs: Any) -> None:
        raise TimeoutError

    settings.CARRIERS = {"swift": "http://127.0.0.1:1/"}
    answer = await waiting_for("quote")
    monkeypatch.setattr(tasks, "ask_carriers", away)
    found = await told_of(answer.id)
    assert found["attention"].startswith("quote failed for good: TimeoutError")
    assert [(quote["state"], quote["detail"]) for quote in found["quotes"]] == [
        ("cancelled", "the asking was broken off")
    ]


@pytest.mark.parametrize("step", ["secure", "quote", "fulfil"])
async def test_an_order_whose_worker_died_at_the_last_attempt_says_so(shop: None, step: str) -> None:
    answer = await waiting_for(step)
    await rows(
        "UPDATE job SET state = 'running', attempt = 1, fence = 1, worker = gen_random_uuid(),"
        " started_at = clock()"
    )
    found = await told_of(answer.id)
    assert found["attention"] == f"{step} failed for good: lost with its worker"
    await assert_books_balance()


async def waiting_for(step: str) -> Answer:
    """An order whose next job is this one, at its last attempt."""
    answer = await kept(order_in())
    if step != "secure":
        await secure(answer.id)
        await rows("DELETE FROM job")
        async with db.transaction() as tx:
            await enqueue_on(tx, [new_job(getattr(tasks, step), str(answer.id))])
    await rows("UPDATE job SET max_attempts = 1")
    return answer


async def told_of(order: UUID) -> dict:
    """The order once it says what it needs a person for."""

    async def look() -> dict | None:
        found = await detail(order)
        return found if found["attention"] else None

    running = Process()
    await running.start()
    try:
        return await eventually(look)
    finally:
        await running.stop(grace=5.0)


@pytest.mark.parametrize("step", [tasks.secure, tasks.quote, tasks.fulfil], ids=lambda step: step.name)
def test_a_step_is_tried_for_longer_than_a_database_takes_to_come_back(step: Task) -> None:
    waits = [delay(step.retry, attempt, 0.5) for attempt in range(1, step.retry.attempts)]
    assert sum(waits) > 5
    assert step.if_failed is tasks.alert
