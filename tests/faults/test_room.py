"""A pool whose server refuses it another connection goes on with those it has."""

import asyncio
import time
from collections.abc import AsyncIterator

import asyncpg
import pytest

from console.postgres.place import PORT
from jobs.room import Room
from tests.faults.cluster import Ground
from tests.support import eventually

pytestmark = pytest.mark.fault

#: Connections the role may have, of the five its pool would open.
LIMIT = 2


@pytest.fixture
async def room(ground: Ground) -> AsyncIterator[Room]:
    execute = ground.cluster.execute
    await execute(f"CREATE ROLE few LOGIN CONNECTION LIMIT {LIMIT}")
    host = str(ground.cluster.place.socket)
    pool = await asyncpg.create_pool(
        host=host, port=PORT, user="few", database=ground.database, min_size=1, max_size=5
    )
    try:
        yield Room(pool)
    finally:
        pool.terminate()  # what a failed test holds would be waited for
        await execute("DROP ROLE few")


async def full(room: Room) -> list[asyncpg.pool.PoolConnectionProxy]:
    """All the connections the role may have; the next has been refused."""
    conns = [await room.acquire(5) for _ in range(LIMIT)]
    one_more = asyncio.create_task(room.acquire(10))

    async def refused() -> bool:
        return room.full

    await eventually(refused)
    one_more.cancel()
    await asyncio.wait({one_more}, timeout=5)
    assert one_more.cancelled()
    return conns


async def test_who_needs_one_waits_until_one_is_given_back(room: Room) -> None:
    first, second = await full(room)
    waiting = [asyncio.create_task(room.acquire(10)) for _ in range(3)]
    for conn in (first, second):
        await room.release(conn)
    for _ in range(3):
        done, _pending = await asyncio.wait(waiting, timeout=5, return_when=asyncio.FIRST_COMPLETED)
        got = done.pop()
        waiting.remove(got)
        assert await got.result().fetchval("SELECT 1") == 1
        await room.release(got.result())
    assert room.full
    assert room.pool.get_size() == LIMIT


async def test_it_grows_again_when_the_server_has_room(room: Room, ground: Ground) -> None:
    conns = await full(room)
    waiting = asyncio.create_task(room.acquire(10))
    await ground.cluster.execute("ALTER ROLE few CONNECTION LIMIT 5")
    conns.append(await waiting)
    assert not room.full
    for conn in conns:
        await room.release(conn)


async def test_who_gives_up_in_the_line_leaves_it_whole(room: Room) -> None:
    conns = await full(room)
    for n in range(20):
        task = asyncio.create_task(room.acquire(10))
        for _ in range(n % 5):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task}, timeout=5)
        assert task.cancelled()
    for conn in conns:
        await room.release(conn)
    for conn in [await room.acquire(1) for _ in range(LIMIT)]:
        await room.release(conn)


async def test_a_pool_grows_only_when_none_comes_free_at_once(room: Room) -> None:
    conn = await room.acquire(5)
    assert room.pool.get_size() == 1
    next_one = asyncio.create_task(room.acquire(5))
    await asyncio.sleep(0)
    await room.release(conn)
    await room.release(await next_one)
    assert room.pool.get_size() == 1


async def test_without_any_connection_the_loop_turns_while_it_waits(ground: Ground) -> None:
    await ground.cluster.execute("CREATE ROLE shut_out LOGIN CONNECTION LIMIT 0")
    host = str(ground.cluster.place.socket)
    options = {"host": host, "port": PORT, "user": "shut_out", "database": ground.database}
    try:
        async with asyncpg.create_pool(min_size=0, max_size=2, **options) as pool:
            room, began = Room(pool), time.process_time()
            with pytest.raises(TimeoutError):
                await room.acquire(1.5)
            assert room.full
            assert time.process_time() - began < 0.75, "it waited by turning"
    finally:
        await ground.cluster.execute("DROP ROLE shut_out")
