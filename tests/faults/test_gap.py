"""Between a lost LISTEN and the next one nothing is heard: what is enqueued just then must not be missed."""

import asyncio
import random

import pytest

from jobs.engine.listener import LASTED
from tests.faults.caller import enqueue_and_tell, said, succeeded
from tests.faults.cluster import Ground
from tests.faults.test_terminated import LISTENER, end
from tests.journeys.process import serving
from tests.support import eventually

pytestmark = pytest.mark.fault

QUEUES = ["default", "orders", "outside"]


async def enqueued_around_reconnects(ground: Ground, rounds: int) -> None:
    """A job for each queue, at random moments around the listener's loss. Who hears of one claims no other's.

    A poll would find them only after a minute.
    """
    async with (
        serving(DATABASE_URL=ground.url(), JOBS_POLL="60") as server,
        ground.connected() as conn,
        ground.connected() as killer,
    ):

        async def listens() -> bool:
            return await killer.fetchval(f"SELECT count(*) FROM pg_stat_activity WHERE {LISTENER}")

        for number in range(1, rounds + 1):
            await eventually(listens)
            await asyncio.sleep(2 * LASTED)  # lost sooner than that, it comes back later and later
            ending = asyncio.create_task(end(killer, LISTENER))
            ids = []
            for queue in random.sample(QUEUES, len(QUEUES)):
                await asyncio.sleep(random.uniform(0, 0.025))
                ids.append(await enqueue_and_tell(conn, queue))
            assert await ending == 1
            await succeeded(conn, ids)
            await said(server, "the listener lost its connection", times=number)


async def test_nothing_is_missed_around_a_reconnect(ground: Ground) -> None:
    await enqueued_around_reconnects(ground, 6)


@pytest.mark.fault_long
@pytest.mark.timeout(1200)
async def test_nothing_is_missed_in_a_thousand(ground: Ground) -> None:
    await enqueued_around_reconnects(ground, 334)
