"""A third of the sockets does not read: the others miss nothing, and the server's memory stays flat."""

import asyncio
import time
from collections import Counter
from contextlib import AsyncExitStack

import pytest

from console.live.reader import LIMIT
from console.live.socket import RESTART, TOO_SLOW
from console.live.sockets import BEHIND
from tests.faults.effects import assert_whole, enqueue
from tests.faults.signals import resident
from tests.faults.sloth import Sloth
from tests.jobs import sample_tasks
from tests.journeys.cast import Alice, hire_alice
from tests.journeys.process import Serve, serving
from tests.journeys.watch import Watch

pytestmark = [pytest.mark.fault, pytest.mark.timeout(240)]  # a machine may be busy

READING, NOT_READING = 200, 100
MB = 1 << 20


async def work(count: int, *watches: Watch) -> float:
    """Have so many jobs run at once; the seconds until the last of these has seen the end of each."""
    began = time.monotonic()
    ids = {str(id) for id in await enqueue(sample_tasks.add, *[(1, 2)] * count)}

    def told(watch: Watch) -> bool:
        return all(watch.rows.get(id, {}).get("state") == "succeeded" for id in ids)

    await asyncio.gather(*(watch.until(lambda w=watch: told(w)) for watch in watches))
    return time.monotonic() - began


async def fall_asleep(server: Serve, alice: Alice, count: int, watch: Watch) -> list[Sloth]:
    """So many sockets that do not read, and enough events of many rows to leave each of them behind."""
    sloths = await asyncio.gather(*(Sloth().open(server.url, alice.token, "jobs") for _ in range(count)))
    # A command is carried out after those before it, so the ones that are in are in.
    behind = watch.seq + 2 * LIMIT
    while watch.seq < behind:
        await work(1000, watch)
    return sloths


async def read_all(sloth: Sloth) -> None:
    """Read what was sent before this command's answer."""
    await sloth.say(type="ping", id="read all")
    while await sloth.read():
        if sloth.frames[-1].get("id") == "read all":
            return


def events(sloth: Sloth) -> list[int]:
    return [frame["seq"] for frame in sloth.frames if frame["type"] == "event"]


async def assert_wakes(sloth: Sloth) -> None:
    """It was sent LIMIT events and no more; once it has seen them it starts over with a reset."""
    await read_all(sloth)
    first = sloth.frames[1]
    assert first["type"] == "snapshot"
    assert events(sloth) == list(range(first["seq"] + 1, first["seq"] + LIMIT + 1))
    await sloth.say(type="seen", id="2", topic="jobs", seq=events(sloth)[-1])
    while sloth.frames[-1]["type"] != "reset":
        assert await sloth.read()
    assert sloth.frames[-1]["seq"] >= first["seq"] + 2 * LIMIT


async def closed_with(watch: Watch) -> int | None:
    """The code its socket is closed with, once it is."""
    while not watch.socket.closed:
        await watch.socket.receive(timeout=30)
    return watch.socket.close_code


async def test_a_third_that_does_not_read_costs_the_others_nothing(database: None) -> None:
    alice = await hire_alice()
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving())
        watch = await stack.enter_async_context(Watch(server.url, alice.token, "jobs"))
        await work(1000, watch)
        before = resident(server.process.pid)
        sloths = await fall_asleep(server, alice, NOT_READING, watch)
        for sloth in sloths:
            stack.callback(sloth.close)
        asleep = resident(server.process.pid)
        size = max(len(str(frame)) for frame in watch.frames)
        assert asleep - before < NOT_READING * LIMIT * size, "64 frames each and no more"
        for sloth in sloths[:5]:
            await assert_wakes(sloth)

        readers = [Watch(server.url, alice.token, "jobs") for _ in range(READING)]
        for reader in readers:
            await stack.enter_async_context(reader)
        joined = resident(server.process.pid)
        slowest = max([await work(40, watch, *readers) for _ in range(15)])
        assert slowest < 10, f"every reader was told everything, but after {slowest:.1f} s"
        assert resident(server.process.pid) - joined < 40 * MB, "it stays flat"

        closing = asyncio.gather(*map(closed_with, readers))
        began = time.monotonic()
        assert await server.terminate() == 0
        assert time.monotonic() - began < 20
        codes = Counter(await closing)
        assert codes == {RESTART: READING}
        assert "Traceback" not in server.output, server.output
    await assert_whole()


@pytest.mark.fault_long
@pytest.mark.timeout(240)
async def test_who_does_not_read_for_long_is_sent_away(database: None) -> None:
    alice = await hire_alice()
    async with serving() as server, Watch(server.url, alice.token, "jobs") as watch:
        silent, *sloths = await fall_asleep(server, alice, NOT_READING, watch)
        asleep, began = resident(server.process.pid), time.monotonic()
        reading = asyncio.create_task(read_to_the_end(silent))
        while time.monotonic() - began < BEHIND + 15:
            await work(100, watch)
        await asyncio.gather(reading, *map(read_to_the_end, sloths))
        assert silent.code == TOO_SLOW, "who reads and says nothing is told why"
        assert len(events(silent)) == LIMIT
        assert all(sloth.ended for sloth in sloths), "who does not read cannot be told, and is cut"
        assert resident(server.process.pid) - asleep < 40 * MB
        assert "Traceback" not in server.output, server.output
        for sloth in (silent, *sloths):
            sloth.close()


async def read_to_the_end(sloth: Sloth) -> None:
    while await sloth.read():
        continue
