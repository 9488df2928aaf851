"""A network that resets, that is far away, that is thin: nothing hangs, and nothing is lost with it."""

import time

import pytest

from tests.faults.caller import crowd, health, turns
from tests.faults.cluster import Ground
from tests.faults.history import at_rest, violations
from tests.faults.load import loading
from tests.faults.test_dark import DOOR, HEALTH, behind_a_proxy

pytestmark = pytest.mark.fault


async def test_every_connection_is_reset_again_and_again(ground: Ground) -> None:
    async with behind_a_proxy(ground) as (server, network):
        async with loading(lambda: server.url, ground.alice) as load:
            for _ in range(5):
                await load.more(8)
                assert network.reset() > 2
            await load.more(8)
        async with ground.connected() as conn:
            await at_rest(conn)
            assert await violations(conn, load.history) == []
        await crowd(server, ground)
        assert "Traceback" not in server.output


@pytest.mark.fault_long
async def test_a_database_far_away_is_only_slower(ground: Ground) -> None:
    async with behind_a_proxy(ground) as (server, network):
        network.delay = 0.05  # each way
        async with loading(lambda: server.url, ground.alice, count=8) as load:
            await load.more(8)
            assert min(load.history.waits) > 0.1
        network.delay = 0.0
        async with ground.connected() as conn:
            await at_rest(conn)
            assert await violations(conn, load.history) == []
        assert "fences itself" not in server.output


@pytest.mark.fault_long
@pytest.mark.timeout(300)
async def test_a_network_of_a_kilobyte_a_second_keeps_nobody_waiting(ground: Ground) -> None:
    async with behind_a_proxy(ground) as (server, network):
        async with loading(lambda: server.url, ground.alice, rate=2.0) as load:
            await load.more(10)
            network.rate = 1_000
            until = time.monotonic() + 30
            while time.monotonic() < until:
                assert (await health(server)).seconds < HEALTH
            network.rate = 0.0
            await turns(server, 200)
            await load.more(5)
        async with ground.connected() as conn:
            await at_rest(conn)
            assert await violations(conn, load.history) == []
        assert max(load.history.waits) < 2 * DOOR
        await crowd(server, ground)
