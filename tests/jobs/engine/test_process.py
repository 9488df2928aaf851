"""What one process runs, with and without an engine."""

import asyncio

import psycopg
import pytest

from jobs import changes
from jobs.changes import Change, publish
from jobs.engine import heart, process
from jobs.engine.announcer import notify_once
from jobs.engine.process import Process
from tests.jobs import sample_tasks
from tests.jobs.conftest import FAST, ended, enqueue
from tests.jobs.engine.test_listener import within


async def test_a_process_runs_jobs_and_hears_of_them(database):
    here = Process(config=FAST)
    seen = asyncio.Queue()
    here.hear(seen.put_nowait)
    await here.start()
    try:
        assert process.current() is here
        id = await enqueue(sample_tasks.add, 1, 1)
        assert (await ended(id))["state"] == "succeeded"
        versions = []
        while len(versions) < 3:
            versions += [c.version for c in await within(seen.get()) if c.kind == "job" and c.id == str(id)]
        assert versions == [1, 2, 3]
    finally:
        await here.stop()
    assert process.current() is None
    assert changes.outlet.publish is None


async def test_a_process_without_jobs_hears_itself_and_others_once_each(database):
    here = Process(run_jobs=False)
    seen = asyncio.Queue()
    here.hear(seen.put_nowait)
    await here.start()
    try:
        assert here.engine is None
        await publish([Change("order", "1", 1)])
        await notify_once([Change("order", "2", 1)])
        assert await within(seen.get()) == [Change("order", "1", 1)]
        assert await within(seen.get()) == [Change("order", "2", 1)]
        here.unhear(seen.put_nowait)
        await publish([Change("order", "3", 1)])
        assert seen.empty()
    finally:
        await here.stop()
        await here.stop()


async def test_stopping_before_the_start_is_safe(database):
    await Process(config=FAST).stop()


async def test_a_stop_during_the_start_is_not_lost(database):
    here = Process(config=FAST)
    starting = asyncio.create_task(here.start())
    await asyncio.sleep(0)
    await here.stop()
    await starting
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("jobs.")]
    assert process.current() is None


async def test_a_start_without_a_database_leaves_nothing_running(database, monkeypatch):
    def dark():
        raise psycopg.OperationalError("dark")

    monkeypatch.setattr(heart, "connect", dark)
    here = Process(config=FAST)
    with pytest.raises(psycopg.OperationalError):
        await here.start()
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("jobs.")]
    assert changes.outlet.publish is None
