"""The voice: this process at once, the others in batches."""

import asyncio

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs import changes as changes_module
from jobs.changes import Change, publish
from jobs.engine.announcer import MAX_BYTES, Announcer, payloads
from jobs.engine.listener import Listener
from tests.jobs.conftest import rows
from tests.jobs.engine.test_listener import heard, within


@pytest.fixture
async def announcer(session_pool):
    announcer = Announcer()
    yield announcer
    await announcer.stop()


@pytest.fixture
async def elsewhere(session_pool):
    """What another process hears."""
    listener = Listener("elsewhere")
    queue = heard(listener)
    await listener.start()
    yield queue
    await listener.stop()


async def heard_in_all(queue, count):
    seen = []
    while len(seen) < count:
        seen += await within(queue.get())
    return seen


async def test_its_own_process_hears_at_once(announcer):
    seen = []
    announcer.subscribe(seen.extend)
    await announcer.start()
    await publish([Change("job", "1", 1)])
    assert seen == [Change("job", "1", 1)]
    announcer.unsubscribe(seen.extend)
    announcer.unsubscribe(seen.extend)
    await publish([Change("job", "2", 1)])
    assert len(seen) == 1


async def test_others_hear_everything_in_few_notifications(announcer, elsewhere):
    await announcer.start()
    told = [Change("job", f"{n:036}", n) for n in range(1000)]
    for change in told:
        await publish([change])
    assert await heard_in_all(elsewhere, 1000) == told
    assert elsewhere.qsize() < 20


async def test_versions_of_one_row_that_wait_together_are_told_as_the_newest(announcer, elsewhere):
    await announcer.publish([Change("job", "1", 2), Change("job", "1", 3), Change("job", "1", 1)])
    await announcer.start()
    assert await within(elsewhere.get()) == [Change("job", "1", 3)]


async def test_it_goes_on_after_its_connection_is_cut(announcer, elsewhere):
    await announcer.start()
    await publish([Change("job", "1", 1)])
    await within(elsewhere.get())
    pids = await rows(
        "SELECT pid FROM pg_stat_activity"
        " WHERE query LIKE 'SELECT pg_notify%' AND datname = current_database()"
    )
    await rows("SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid", [r["pid"] for r in pids])
    await publish([Change("job", "2", 1)])
    assert await within(elsewhere.get()) == [Change("job", "2", 1)]
    assert announcer.restarts == 0


async def test_a_stop_sends_what_is_pending(announcer, elsewhere):
    await announcer.start()
    await publish([Change("job", "1", 1)])
    await announcer.stop()
    assert await within(elsewhere.get()) == [Change("job", "1", 1)]
    assert changes_module.outlet.publish is None
    await announcer.stop()


async def test_a_process_without_an_announcer_is_heard(elsewhere):
    await publish([Change("job", "1", 1)])
    assert await within(elsewhere.get()) == [Change("job", "1", 1)]


async def test_a_subscriber_that_raises_hurts_nobody(announcer):
    def raises(_changes):
        raise ZeroDivisionError

    seen = asyncio.Queue()
    announcer.subscribe(raises)
    announcer.subscribe(seen.put_nowait)
    await announcer.publish([Change("job", "1", 1)])
    assert seen.qsize() == 1


@given(st.lists(st.builds(Change, st.text(max_size=20), st.text(max_size=60), st.integers(0, 2**62))))
def test_payloads_carry_every_change_in_order_and_fit(changes):
    texts = payloads(changes, "someone")
    assert all(len(text.encode()) <= MAX_BYTES for text in texts)
    assert [Change(*c) for text in texts for c in orjson.loads(text)["c"]] == changes
