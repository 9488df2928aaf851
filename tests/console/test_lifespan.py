"""A process's life: what runs between start and stop, and how it ends."""

import asyncio

import pytest_asyncio
from channels.testing import ApplicationCommunicator

from console import lifespan as module
from console.lifespan import Life, lifespan
from jobs import db
from jobs.engine import process
from jobs.enqueue import enqueue_on, new_job
from jobs.store import job_detail
from tests.jobs import sample_tasks

PATIENCE = 20


class House:
    """What the server offers, and whether it was asked."""

    def __init__(self):
        self.hurry = asyncio.Event()
        self.finished = 0

    async def finish_requests(self):
        self.finished += 1
        assert db.pool()  # requests still have what they need


@pytest_asyncio.fixture
async def house(database):
    """The session's pool is closed by a life that ends, so it is opened again."""
    yield House()
    await db.open_pool(min_size=2)


async def test_between_start_and_stop_the_process_runs(house):
    life = Life()
    await life.start()
    assert process.current() is life.process
    assert life.process.engine.status()["ready"]
    await life.stop(house)
    assert process.current() is None
    assert house.finished == 1


async def test_stopping_twice_and_before_the_start_is_safe(house):
    life = Life(run_jobs=False)
    await life.stop()
    await db.open_pool(min_size=2)
    await life.start()
    await life.stop(house)
    await life.stop(house)


async def test_a_process_without_jobs_has_no_engine(house):
    life = Life(run_jobs=False)
    await life.start()
    assert life.process.engine is None
    await life.stop(house)


async def test_a_hurry_hands_running_jobs_back_at_once(house, monkeypatch):
    life = Life()
    await life.start()
    gate = sample_tasks.gates["hurry"]
    job = new_job(sample_tasks.waits_at, "hurry")
    async with db.transaction() as tx:
        await enqueue_on(tx, [job])
    async with asyncio.timeout(PATIENCE):
        await gate.entered.wait()
    monkeypatch.setitem(life.process.engine.config, "GRACE", 10 * PATIENCE)
    house.hurry.set()
    async with asyncio.timeout(PATIENCE):
        await life.stop(house)
    await db.open_pool(min_size=2)
    async with db.connection() as conn:
        assert await conn.fetchval("SELECT state FROM job WHERE id = $1", job.id) == "ready"


async def test_without_a_hurry_running_jobs_end_first(house):
    life = Life()
    await life.start()
    gate = sample_tasks.gates["patience"]
    job = new_job(sample_tasks.waits_at, "patience")
    async with db.transaction() as tx:
        await enqueue_on(tx, [job])
    async with asyncio.timeout(PATIENCE):
        await gate.entered.wait()
        stopping = asyncio.create_task(life.stop(house))
        gate.opened.set()
        await stopping
    await db.open_pool(min_size=2)
    async with db.connection() as conn:
        assert (await job_detail(conn, job.id))["state"] == "succeeded"


async def test_a_lost_listener_begins_a_new_epoch(house, monkeypatch):
    life = Life(run_jobs=False)
    renewed = asyncio.Event()
    monkeypatch.setattr(life.hub, "renew", renewed.set)
    await life.start()
    async with db.connection() as conn:
        await conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )
    async with asyncio.timeout(PATIENCE):
        await renewed.wait()
    await life.stop(house)


async def test_one_step_that_fails_does_not_stop_the_next(house, monkeypatch, caplog):
    caplog.set_level("CRITICAL")
    life = Life(run_jobs=False)
    await life.start()
    real = life.process.stop

    async def fail():
        await real()
        raise RuntimeError

    monkeypatch.setattr(life.process, "stop", fail)
    await life.stop(house)
    assert house.finished == 1


async def test_the_lifespan_protocol_is_spoken(house):
    communicator = ApplicationCommunicator(
        lifespan(Life(run_jobs=False)), {"type": "lifespan", "extensions": {"headrace.server": house}}
    )
    await communicator.send_input({"type": "lifespan.startup"})
    assert (await communicator.receive_output(PATIENCE))["type"] == "lifespan.startup.complete"
    await communicator.send_input({"type": "lifespan.shutdown"})
    assert (await communicator.receive_output(PATIENCE))["type"] == "lifespan.shutdown.complete"
    assert house.finished == 1


async def test_a_database_that_cannot_be_reached_is_said_in_one_line(house, monkeypatch):
    async def refuse():
        raise ConnectionRefusedError("no server there\nat all")

    monkeypatch.setattr(module.db, "open_pool", refuse)
    communicator = ApplicationCommunicator(lifespan(Life(run_jobs=False)), {"type": "lifespan"})
    await communicator.send_input({"type": "lifespan.startup"})
    answer = await communicator.receive_output(PATIENCE)
    monkeypatch.undo()
    assert answer == {
        "type": "lifespan.startup.failed",
        "message": "the database cannot be used: no server there",
    }
