"""Orders on their way in: a few at once, the others in turn, and beyond a bound none."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from django.conf import settings

from jobs import db
from orders import admission as admission_module
from orders.admission import Admission, Full, admission, looking_up
from orders.submit import Refusal, Submission, submit
from tests.orders.desk import CLIENT, kept, order_in, rows


async def test_no_more_than_the_lanes_are_in_at_once_and_all_get_in_as_they_came() -> None:
    door, inside, most, came = Admission(3), 0, 0, list[int]()

    async def come(n: int) -> None:
        nonlocal inside, most
        async with door.enter(1):
            inside += 1
            most = max(most, inside)
            came.append(n)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(come(n) for n in range(20)))
    assert (most, came, door.waiting) == (3, list(range(20)), 0)


async def test_who_finds_no_room_to_wait_comes_back_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission_module, "MOST_WAITING", 10)
    door = Admission(1)
    async with door.enter(10):
        waiting = asyncio.create_task(_through(door, 9))
        await asyncio.sleep(0)
        with pytest.raises(Full):
            await _through(door, 2)
        another = asyncio.create_task(_through(door, 1))
    await asyncio.gather(waiting, another)


async def test_nobody_waits_for_ever_and_a_wait_given_up_costs_no_lane(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    door = Admission(1)
    async with door.enter(1):
        monkeypatch.setattr(admission_module, "PATIENCE", 0.01)
        with pytest.raises(Full):
            await _through(door, 1)
        cancelled = asyncio.create_task(_through(door, 1))
        await asyncio.sleep(0)
        cancelled.cancel()
        await asyncio.wait({cancelled})
    assert door.waiting == 0
    await _through(door, 1)


@pytest.mark.usefixtures("shop")
async def test_orders_in_a_crowd_leave_connections_to_the_jobs() -> None:
    async with AsyncExitStack() as crowd:
        lanes = 0
        while not admission()._lanes.locked():
            await crowd.enter_async_context(admission().enter(1))
            lanes += 1
        waiting = asyncio.create_task(kept(order_in()))
        async with db.connection() as conn:
            assert await conn.fetchval("SELECT 1") == 1
        assert lanes < db.pool().get_max_size()
        assert not waiting.done()
    assert (await waiting).state == "received"


@pytest.mark.usefixtures("shop")
async def test_a_full_house_refuses_the_whole_list_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admission_module, "MOST_WAITING", 1)
    outcomes = await submit(
        [Submission(order_in(), "a"), Submission(order_in())], client=CLIENT, actor="user:ada", door="api"
    )
    assert [(o.code, o.retry_after) for o in outcomes if isinstance(o, Refusal)] == [("busy", 5.0)] * 2
    assert await rows("SELECT id FROM orders") == []
    assert not (await kept(order_in(), "a")).replayed


async def _through(door: Admission, orders: int) -> None:
    async with door.enter(orders):
        pass


@pytest.mark.usefixtures("shop")
async def test_look_ups_stand_in_line_with_the_orders_and_do_not_wait_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with AsyncExitStack() as crowd:
        for _lane in range(settings.DATABASE_POOL[1] // 2):
            await crowd.enter_async_context(admission().enter(1))
        waiting = asyncio.create_task(_look())
        await asyncio.sleep(0)
        assert admission().waiting == 1
        monkeypatch.setattr(admission_module, "LOOK_UP", 0.01)
        with pytest.raises(TimeoutError):
            await _look()
        monkeypatch.setattr(admission_module, "MOST_WAITING", 1)
        with pytest.raises(TimeoutError, match="too many"):
            await _look()
    assert await waiting == 1


async def _look() -> int:
    async with looking_up() as conn:
        return int(await conn.fetchval("SELECT 1"))
