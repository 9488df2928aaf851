"""The database is away for a while: nobody dials in a hurry, nobody fills the log, and then it goes on."""

import asyncio
import time

import pytest

from tests.faults.caller import cpu_seconds, crowd, turns
from tests.faults.cluster import Ground
from tests.faults.history import at_rest, violations
from tests.faults.load import loading
from tests.faults.test_dark import behind_a_proxy

pytestmark = pytest.mark.fault


async def outage(ground: Ground, seconds: float) -> None:
    async with behind_a_proxy(ground) as (server, network):
        async with loading(lambda: server.url, ground.alice, count=10) as load:
            await load.more(10)
        await ground.cluster.stop()
        await turns(server, 503)
        began, used = time.monotonic(), cpu_seconds(server.process.pid)
        lines, dialled = len(server.lines), network.taken
        await asyncio.sleep(seconds)
        assert ground.cluster.pid is None
        took = time.monotonic() - began
        used, lines, dialled = (
            cpu_seconds(server.process.pid) - used, len(server.lines) - lines, network.taken - dialled
        )  # fmt: skip
        assert used < 0.1 * took
        assert lines < 10 + took / 2
        assert 0 < dialled < 50 + 20 * took  # each attempt may dial twice: with TLS, then without
        await ground.cluster.start()
        await turns(server, 200)
        async with loading(lambda: server.url, ground.alice, count=10) as after:
            await after.more(10)
        load.history.events += after.history.events
        async with ground.connected() as conn:
            await at_rest(conn)
            assert await violations(conn, load.history) == []
        await crowd(server, ground)


async def test_a_short_outage(ground: Ground) -> None:
    await outage(ground, 5)


@pytest.mark.fault_long
@pytest.mark.timeout(300)
async def test_an_outage_of_a_minute(ground: Ground) -> None:
    await outage(ground, 60)
