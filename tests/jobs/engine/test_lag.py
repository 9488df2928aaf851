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


async def hold_the_loop_up():
    time.sleep(0.6)  # noqa: ASYNC251 - the loop is blocked on purpose


async def test_who_blocks_the_loop_is_named_with_the_line_it_is_at(caplog):
    lag = Lag()
    assert lag.status() == {"lag": 0, "blocked": None}
    await lag.start()
    await asyncio.sleep(0)
    await asyncio.create_task(hold_the_loop_up(), name="tests.hold_up 0192")

    async def named():
        return lag.block

    block = await eventually(named)
    await lag.stop()
    assert block.task == "tests.hold_up 0192"
    assert block.seconds >= 0.4
    assert block.line.startswith("engine/test_lag.py:")
    assert "in hold_the_loop_up: time.sleep(0.6)" in block.line
    assert lag.status()["blocked"]["task"] == "tests.hold_up 0192"
    assert "in tests.hold_up 0192" in caplog.text


async def test_a_loop_that_turns_blames_nobody():
    lag = Lag()
    await lag.start()
    turned = [await asyncio.sleep(0.01) for _ in range(50)]
    await lag.stop()
    assert len(turned) == 50
    assert lag.block is None
