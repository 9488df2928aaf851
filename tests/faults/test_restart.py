"""PostgreSQL ends under load, in each way it can, and comes back: nothing is lost, nothing is done twice."""

import pytest

from tests.faults.cluster import Ground, How
from tests.faults.history import at_rest, violations
from tests.faults.load import loading
from tests.journeys.process import serving

pytestmark = pytest.mark.fault

HOWS = [
    pytest.param("kill", id="kill"),
    *(pytest.param(how, id=how, marks=pytest.mark.fault_long) for how in ("fast", "immediate")),
]


async def survives(ground: Ground, hows: list[How]) -> None:
    """A server under load while PostgreSQL restarts in each of these ways, one after the other."""
    async with serving(DATABASE_URL=ground.url()) as server:
        async with loading(lambda: server.url, ground.alice) as load:
            for how in hows:
                await load.more(20)
                await ground.cluster.restart(how)
                await load.more(20)
        async with ground.connected() as conn:
            await at_rest(conn)
            assert await violations(conn, load.history) == []
    assert "lost its connection" in server.output  # the fault was felt


@pytest.mark.parametrize("how", HOWS)
async def test_orders_survive_a_restart_under_load(ground: Ground, how: How) -> None:
    await survives(ground, [how])


@pytest.mark.fault_long
@pytest.mark.timeout(600)
async def test_orders_survive_twenty_restarts(ground: Ground) -> None:
    hows: list[How] = ["fast", "immediate", "kill", "immediate"]
    await survives(ground, hows * 5)
