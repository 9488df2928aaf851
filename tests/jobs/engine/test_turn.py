"""Handlers that never wait share a slice of each turn of the loop."""

import asyncio
import time

from jobs.engine import turn as module
from jobs.engine.turn import Turn


async def test_a_turn_is_over_when_its_slice_is_used_up_and_the_next_one_is_fresh(monkeypatch):
    monkeypatch.setattr(module, "SLICE", 0.02)
    turn = Turn()
    assert not turn.is_over()
    until = time.monotonic() + 0.03
    while time.monotonic() < until:
        pass
    assert turn.is_over()
    await asyncio.sleep(0)
    assert not turn.is_over()
