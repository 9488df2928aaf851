"""Live machines outlive a database that is away, in whichever words it is told."""

import asyncio

import pytest
from django.db import InterfaceError, OperationalError

from console.live.loop import Loop


@pytest.mark.parametrize(
    "error", [OperationalError("away"), InterfaceError("closed"), ConnectionResetError()]
)
async def test_it_goes_on_after_a_database_that_was_away_and_does_not_die_of_it(error, caplog):
    ticks, well = [], asyncio.Event()

    async def tick():
        ticks.append(1)
        if len(ticks) < 2:
            raise error
        well.set()
        return 60.0

    loop = Loop("live.test", tick)
    await loop.start()
    async with asyncio.timeout(10):
        await well.wait()
    await loop.stop()
    assert loop.restarts == 0
    assert "live.test cannot reach the database" in caplog.text
