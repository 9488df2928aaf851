"""The checker is worth something: it finds each kind of damage and names it."""

from uuid import uuid4

import pytest

from tests.faults.caller import enqueue_and_tell, turns
from tests.faults.cluster import Ground
from tests.faults.history import History, at_rest, unleased, violations
from tests.faults.load import loading
from tests.journeys.process import serving

pytestmark = pytest.mark.fault


async def test_it_finds_what_was_lost_done_twice_and_left_without_a_lease(ground: Ground) -> None:
    async with serving(DATABASE_URL=ground.url()) as server, ground.connected() as conn:
        await turns(server, 200)
        async with loading(lambda: server.url, ground.alice, count=3) as load:
            await load.more(3)
        await at_rest(conn)
        assert await violations(conn, load.history) == []
        [first, second, third] = load.history.acknowledged.values()

        told = History(events=[event for event in load.history.events if event.what != third])
        told.ok("lost", lost := str(uuid4()))
        told.ok("again", second)
        told.invoke("open")
        told.unknown("open", "503")
        await conn.execute(
            "INSERT INTO order_event (order_id, at, state, actor, reason, data)"
            " SELECT order_id, at, state, actor, reason, data FROM order_event"
            " WHERE order_id = $1 AND state = 'secured'",
            first,
        )
        found = await violations(conn, told)
        for words in (
            f"acknowledged and lost: {lost}",
            f"kept and never acknowledged: {third}",
            f"two answers to one question: {second}",
            "nobody knows what became of open",
            f"{first} was secured 2 times",
        ):
            assert words in found
        async with conn.transaction():  # never seen by the server, which would rescue it
            stray = await enqueue_and_tell(conn, "nowhere")
            assert stray not in await unleased(conn)
            await conn.execute(
                "UPDATE job SET state = 'running', started_at = clock(), fence = nextval('job_fence'),"
                " worker = $2 WHERE id = $1",
                stray,
                uuid4(),
            )
            assert stray in await unleased(conn)
            await conn.execute("DELETE FROM job WHERE id = $1", stray)
