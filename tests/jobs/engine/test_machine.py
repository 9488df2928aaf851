"""A machine's life: started, stopped, started again when it dies."""

import asyncio

import pytest

from jobs.engine.machine import Machine, Ticker, end


class Dies(Machine):
    name = "mortal"

    def __init__(self, times):
        super().__init__()
        self.times = times
        self.alive = asyncio.Event()

    async def run(self):
        if self.restarts < self.times:
            raise ZeroDivisionError
        self.alive.set()
        await asyncio.Event().wait()


class Counts(Ticker):
    name = "counter"

    def __init__(self, errors=()):
        super().__init__()
        self.errors = list(errors)
        self.ticks = 0
        self.ticked = asyncio.Event()

    async def tick(self):
        if self.errors:
            raise self.errors.pop()
        self.ticks += 1
        self.ticked.set()
        return 60.0


async def within(awaitable, seconds=5):
    async with asyncio.timeout(seconds):
        return await awaitable


async def test_a_machine_that_dies_is_started_again(caplog):
    machine = Dies(2)
    await machine.start()
    await within(machine.alive.wait())
    assert machine.restarts == 2
    assert "the mortal died" in caplog.text
    await machine.stop()


async def test_a_machine_whose_task_somebody_cancels_is_started_again():
    machine = Dies(0)
    await machine.start()
    await within(machine.alive.wait())
    machine.alive.clear()
    (task,) = [task for task in asyncio.all_tasks() if task.get_name() == "jobs.mortal"]
    task.cancel()
    await within(machine.alive.wait())
    assert machine.restarts == 1
    await machine.stop()


async def test_a_stopped_machine_stays_stopped():
    machine = Dies(10**6)
    await machine.start()
    await asyncio.sleep(0)
    await machine.stop()
    died = machine.restarts
    machine._relaunch()  # what was due when it was stopped
    assert machine.restarts == died
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "jobs.mortal"]


async def test_stopping_is_safe_twice_and_before_the_start():
    for machine in (Dies(0), Counts()):
        await machine.stop()
        await machine.start()
        await machine.start()
        await machine.stop()
        await machine.stop()


async def test_a_ticker_ticks_when_woken():
    ticker = Counts()
    await ticker.start()
    await within(ticker.ticked.wait())
    ticker.ticked.clear()
    ticker.wake()
    await within(ticker.ticked.wait())
    assert ticker.ticks == 2
    await ticker.stop()


async def test_a_ticker_backs_off_while_the_database_is_away_and_says_so_once(caplog):
    ticker = Counts([OSError("dark"), TimeoutError()])
    await ticker.start()
    await within(ticker.ticked.wait())
    assert ticker.restarts == 0
    assert caplog.text.count("cannot reach the database") == 1
    await ticker.stop()


@pytest.mark.parametrize("swallows", [0, 1, 10**6], ids=["none", "one", "all"])
async def test_ending_a_task_is_bounded_whatever_it_swallows(swallows):
    async def stubborn():
        swallowed = 0
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                swallowed += 1
                if swallowed > swallows or released:
                    raise

    released = []
    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    assert await within(end(task, 1.0)) is (swallows < 10)
    released.append(True)
    assert await within(end(task))
