import asyncio
import time

import pytest

from jobs.engine.lag import Lag
from tests.support import eventually


@pytest.mark.parametrize(("seconds", "room", "share"), [(0, 300, 300), (0.5, 300, 75), (0.5, 2, 1)])
def test_an_engine_claims_less_while_the_loop_lags(seconds, room, share):
    lag = Lag()
    lag.seconds = seconds
    assert lag.share(room) == share


async def test_a_blocked_loop_is_noticed():
    lag = Lag()
    await lag.start()
    await asyncio.sleep(0)
    time.sleep(0.6)  # noqa: ASYNC251 - the loop is blocked on purpose

    async def noticed():
        return lag.seconds > 0.2

    await eventually(noticed)
    await lag.stop()


async def test_a_loop_that_is_blocked_is_late_by_then_already():
    lag = Lag()
    await lag.start()
    await asyncio.sleep(0)
    time.sleep(0.6)  # noqa: ASYNC251 - the loop is blocked on purpose
    assert lag.seconds < 0.1
    assert lag.now() > 0.4
    await lag.stop()
    assert lag.now() < 0.4
