"""Steps of one's own: each order does them once, in the settings' order, before it is fulfilled."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest

from jobs import db
from jobs.changes import Change
from jobs.engine.process import Process
from jobs.enqueue import enqueue_on, new_job
from jobs.tasks import Task, resolve
from orders import tasks
from orders.steps import SecuredLine, SecuredOrder, is_step, step, take_step
from tests.orders import sample_steps
from tests.orders.desk import assert_books_balance, detail, kept, order_in, rows
from tests.support import eventually

HERE = "tests.orders.sample_steps"
WRAP, WEIGH = f"{HERE}.wrap", f"{HERE}.weigh"

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    sample_steps.seen.clear()
    sample_steps.at_work.clear()
    yield
    sample_steps.at_work.clear()


@asynccontextmanager
async def engine() -> AsyncIterator[None]:
    running = Process()
    await running.start()
    try:
        yield
    finally:
        await running.stop(grace=5.0)


async def until(order: UUID, happened: str) -> dict[str, Any]:
    """The order once it is in this state, or once it has something in this column."""

    async def look() -> dict[str, Any] | None:
        found = await detail(order)
        return found if found["state"] == happened or found.get(happened) else None

    return await eventually(look, 30.0)


async def secured(*steps: str, settings: Any) -> UUID:
    """An order that is secured, and whose first step nobody has claimed yet."""
    settings.ORDER_STEPS = list(steps)
    answer = await kept(order_in(("TEA-GREEN", 2)))
    async with db.transaction() as tx:
        await tasks.secure_orders(tx, [answer.id], following=tasks.onward, actor="task:secure")
        await tx.conn.execute("DELETE FROM job WHERE task = 'orders.tasks.secure'")
    return answer.id


async def waiting() -> list[str]:
    return [row["task"] for row in await rows("SELECT task FROM job ORDER BY id")]


async def test_an_order_does_its_steps_in_their_order_then_is_fulfilled(settings: Any) -> None:
    settings.ORDER_STEPS = [WRAP, WEIGH]
    async with engine():
        answer = await kept(order_in(("TEA-GREEN", 2), ("TEA-BLACK", 1)))
        order = await until(answer.id, "fulfilled")
    assert [(event["state"], event["actor"], event["reason"]) for event in order["events"]] == [
        ("received", "user:ada", ""),
        ("secured", "task:secure", ""),
        ("secured", "task:wrap", "3 gifts wrapped for C001"),
        ("secured", "task:weigh", ""),
        ("fulfilled", "task:fulfil", ""),
    ]
    told = ["received", "secured", "step", "step", "fulfilled"]
    assert [event["what"] for event in order["events"]] == told
    lines = (SecuredLine("TEA-GREEN", 2, 450), SecuredLine("TEA-BLACK", 1, 300))
    given = SecuredOrder(answer.id, answer.number, "C001", "EUR", 1200, lines)
    assert sample_steps.seen == [("wrap", given), ("weigh", given)]
    [audited] = await rows("SELECT actor, subject, reason, data FROM audit WHERE data ->> 'step' = $1", WRAP)
    assert audited == {
        "actor": "task:wrap",
        "subject": f"order:{answer.id}",
        "reason": "3 gifts wrapped for C001",
        "data": {"step": WRAP, "orders": [str(answer.id)]},
    }
    await assert_books_balance()


async def test_carriers_are_asked_after_the_last_step(settings: Any) -> None:
    settings.CARRIERS = {"quick": "http://127.0.0.1:1/"}
    order = await secured(WRAP, settings=settings)
    assert await waiting() == [WRAP]
    async with db.transaction() as tx:
        assert await take_step(tx, order, WRAP, "", actor="task:wrap")
    assert (await waiting())[-1] == "orders.tasks.quote"


async def test_a_step_written_down_is_told_to_who_watches(settings: Any, heard: list[Change]) -> None:
    order = await secured(WRAP, settings=settings)
    before = (await detail(order))["version"]
    async with db.transaction() as tx:
        await take_step(tx, order, WRAP, "", actor="task:wrap")
    assert Change("order", str(order), before + 1) in heard
    assert Change("ready", "orders") in heard


async def test_an_order_that_moved_on_meanwhile_stays_as_it_is(settings: Any) -> None:
    order = await secured(WRAP, settings=settings)

    async def move_on() -> None:
        await rows("UPDATE orders SET state = 'cancelled' WHERE id = $1", order)

    sample_steps.at_work.append(move_on)
    async with engine():
        await eventually(lambda: _ended(WRAP), 30.0)
    found = await detail(order)
    assert len(sample_steps.seen) == 1
    assert found["state"] == "cancelled"
    assert [event["actor"] for event in found["events"]] == ["user:ada", "task:secure"]
    assert await waiting() == []


async def test_an_order_that_moved_on_before_is_not_shown_to_the_step(settings: Any) -> None:
    order = await secured(WRAP, settings=settings)
    await rows("UPDATE orders SET state = 'cancelled' WHERE id = $1", order)
    async with engine():
        await eventually(lambda: _ended(WRAP), 30.0)
    assert sample_steps.seen == []
    assert await waiting() == []


async def _ended(task: str) -> list[dict[str, Any]]:
    return await rows("SELECT state FROM job_history WHERE task = $1 AND state = 'succeeded'", task)


async def test_many_jobs_of_one_step_write_it_once(settings: Any) -> None:
    order = await secured(WRAP, settings=settings)
    at_once, all_there = 0, asyncio.Event()

    async def meet() -> None:
        nonlocal at_once
        at_once += 1
        if at_once == 5:
            all_there.set()
        await all_there.wait()

    sample_steps.at_work.append(meet)
    async with db.transaction() as tx:
        await enqueue_on(tx, [new_job(sample_steps.wrap, str(order)) for _ in range(4)])
    async with engine():
        found = await until(order, "fulfilled")

        async def all_ended() -> bool:
            return len(await _ended(WRAP)) == 5

        await eventually(all_ended, 30.0)
    assert len(sample_steps.seen) == 5
    assert [event["actor"] for event in found["events"]].count("task:wrap") == 1
    assert len(await rows("SELECT id FROM job_history WHERE task = 'orders.tasks.fulfil'")) == 1
    await assert_books_balance()


async def test_a_worker_that_lost_the_job_writes_nothing(settings: Any) -> None:
    order = await secured(WRAP, settings=settings)

    async def lose() -> None:
        await rows("UPDATE job SET fence = fence + 1 WHERE task = $1", WRAP)

    sample_steps.at_work.append(lose)
    async with engine():

        async def seen_at_all() -> bool:
            return bool(sample_steps.seen)

        await eventually(seen_at_all, 30.0)
    assert [event["actor"] for event in (await detail(order))["events"]] == ["user:ada", "task:secure"]


async def test_a_step_that_fails_for_good_says_so_and_by_hand_the_order_goes_on(settings: Any) -> None:
    order = await secured(WEIGH, WRAP, settings=settings)

    async def break_down() -> None:
        raise ValueError("the scales are broken")

    sample_steps.at_work.append(break_down)
    async with engine():
        found = await until(order, "attention")
        assert found["attention"] == "weigh failed for good: ValueError: the scales are broken"
        assert found["state"] == "secured"
        assert len(sample_steps.seen) == 2  # its two tries
        sample_steps.at_work.clear()
        await sample_steps.weigh.aenqueue(str(order))
        found = await until(order, "fulfilled")
    assert found["attention"] == ""
    await assert_books_balance()


@pytest.mark.parametrize(
    ("name", "attention"),
    [
        pytest.param("refuse", "no gift for \ufffd a competitor", id="it says that a person is needed"),
        pytest.param(
            "numbers", "numbers failed for good: TypeError: a step returns words or None, not int",
            id="it says nothing that could be written down",
        ),
    ],
)  # fmt: skip
async def test_a_step_that_needs_a_person_says_so_in_words(settings: Any, name: str, attention: str) -> None:
    order = await secured(f"{HERE}.{name}", settings=settings)
    async with engine():
        found = await until(order, "attention")
    assert found["attention"] == attention
    assert found["state"] == "secured"
    assert await rows("SELECT id FROM job WHERE task <> 'orders.tasks.alert'") == []


async def test_with_other_settings_an_order_does_what_it_has_not_done(settings: Any) -> None:
    order = await secured(WRAP, settings=settings)
    settings.ORDER_STEPS = [WEIGH, WRAP]  # a new one in front, since then
    async with engine():
        found = await until(order, "fulfilled")
    assert [event["actor"] for event in found["events"]][2:] == ["task:wrap", "task:weigh", "task:fulfil"]


def test_a_step_is_a_task_with_its_own_options_that_alerts() -> None:
    assert isinstance(sample_steps.weigh, Task)
    assert resolve(WEIGH) is sample_steps.weigh
    assert (sample_steps.weigh.retry.attempts, sample_steps.weigh.timeout) == (2, 5.0)
    assert sample_steps.weigh.if_failed is tasks.alert
    assert is_step(sample_steps.weigh)
    assert not is_step(tasks.quote)


def test_a_plain_function_is_no_step() -> None:
    def plain(order: SecuredOrder) -> str:
        return ""

    with pytest.raises(TypeError, match="a step is an async function"):
        step(plain)  # type: ignore[call-overload]


async def test_it_runs_outside_of_any_transaction(settings: Any) -> None:
    await secured(WRAP, settings=settings)
    seen: list[bool] = []

    async def none_open() -> bool:
        found = await rows(
            "SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database()"
            " AND state = 'idle in transaction' AND application_name LIKE 'headrace%'"
        )
        return not found[0]["n"]

    async def look() -> None:
        """The step's own would be open for as long as this looks; the engine's come and go."""
        seen.append(await eventually(none_open))

    sample_steps.at_work.append(look)
    async with engine():
        await eventually(lambda: _ended(WRAP), 30.0)
    assert seen == [True]
