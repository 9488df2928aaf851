"""A coroutine driven inside somebody else's task is as if it had a task of its own."""

import asyncio
import contextvars

import pytest

from jobs.engine.drive import Drive

number: contextvars.ContextVar[int] = contextvars.ContextVar("number", default=0)


def drive(coroutine, timeout=None, waits=bool):
    here = asyncio.current_task()
    assert here is not None
    return Drive(here, coroutine, contextvars.copy_context(), timeout, waits)


async def test_it_returns_what_the_coroutine_returns_and_raises_what_it_raises():
    async def good():
        await asyncio.sleep(0)
        return 7

    async def bad():
        await asyncio.sleep(0)
        raise LookupError("nothing here")

    assert await drive(good()).run() == 7
    with pytest.raises(LookupError, match="nothing here"):
        await drive(bad()).run()


async def test_what_it_sets_stays_its_own():
    async def sets(waits):
        number.set(number.get() + 5)
        if waits:
            await asyncio.sleep(0)
        return number.get()

    number.set(1)
    assert [await drive(sets(waits)).run() for waits in (False, True)] == [6, 6]
    assert number.get() == 1


async def test_a_first_wait_is_told_once_and_an_end_without_one_is_not():
    told = []

    async def waits(times):
        for _ in range(times):
            await asyncio.sleep(0)

    await drive(waits(0), waits=lambda: told.append("none")).run()
    await drive(waits(3), waits=lambda: told.append("three")).run()
    assert told == ["three"]


async def test_it_may_use_task_groups_and_time_outs():
    async def uses():
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(asyncio.sleep(0, value)) for value in range(3)]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await asyncio.Event().wait()
        return [task.result() for task in tasks]

    driven = drive(uses())
    assert await driven.run() == [0, 1, 2]
    assert driven.cancels == 0


async def test_its_time_out_cancels_it_and_is_counted():
    async def waits():
        await asyncio.Event().wait()

    driven = drive(waits(), timeout=0.01)
    with pytest.raises(asyncio.CancelledError):
        await driven.run()
    here = asyncio.current_task()
    assert here is not None
    assert (driven.expired, driven.cancels, here.uncancel()) == (True, 1, 0)


async def test_a_time_out_that_is_not_reached_leaves_nothing():
    async def quick():
        await asyncio.sleep(0)

    driven = drive(quick(), timeout=0.02)
    await driven.run()
    over = asyncio.Event()
    asyncio.get_running_loop().call_later(0.03, over.set)
    await over.wait()
    assert not driven.expired


async def test_a_cancel_by_itself_is_told_from_one_by_others():
    async def cancels_itself():
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)

    own = drive(cancels_itself())
    with pytest.raises(asyncio.CancelledError):
        await own.run()
    here = asyncio.current_task()
    assert here is not None
    assert here.uncancel() == 0

    async def waits():
        asyncio.get_running_loop().call_soon(here.cancel)
        await asyncio.Event().wait()

    foreign = drive(waits())
    with pytest.raises(asyncio.CancelledError):
        await foreign.run()
    assert here.uncancel() == 0
    assert (own.cancels, foreign.cancels) == (1, 0)
