"""Leases: kept from a thread, lost after a silence, taken up again under a new name."""

import asyncio
import time

import psycopg
import pytest

from jobs.engine import heart as heart_module
from jobs.engine.heart import Heart, Rhythm
from tests.jobs import sample_tasks
from tests.jobs.conftest import detail, ended, enqueue, rows
from tests.support import eventually


async def lease(worker):
    found = await rows("SELECT beat_at, lease_until > clock() AS live FROM worker WHERE id = $1", worker)
    return found[0] if found else None


async def test_a_blocked_loop_keeps_its_lease(make_engine):
    engine = await make_engine(BEAT=0.05, LEASE=2.0, FENCE=1.8)
    before = await lease(engine.worker_id)
    time.sleep(2.4)  # noqa: ASYNC251 - the loop is blocked on purpose, longer than a lease
    after = await lease(engine.worker_id)
    assert after["live"]
    assert after["beat_at"] > before["beat_at"]


async def test_a_beat_says_what_the_process_does_while_its_loop_is_blocked(make_engine):
    engine = await make_engine(BEAT=0.05)
    for _ in range(6):
        await enqueue(sample_tasks.waits_at, "load")
    gate = sample_tasks.gates["load"]
    await gate.entered.wait()

    async def told():
        (row,) = await rows("SELECT load FROM worker WHERE id = $1", engine.worker_id)
        return row["load"] if row["load"]["queues"]["default"]["buffered"] == 2 else None

    load = await eventually(told)
    assert load["queues"]["default"] == {"slots": 4, "busy": 4, "buffered": 2, "prefetch": 20}
    time.sleep(0.6)  # noqa: ASYNC251 - the loop is blocked on purpose
    (row,) = await rows("SELECT load FROM worker WHERE id = $1", engine.worker_id)
    assert row["load"]["lag"] > 200


async def test_a_worker_whose_beats_fail_lets_go_and_comes_back_under_a_new_name(make_engine, monkeypatch):
    engine = await make_engine(BEAT=0.05, LEASE=3.0, FENCE=1.5)
    first = engine.worker_id
    id = await enqueue(sample_tasks.waits_at, "cut off")
    gate = sample_tasks.gates["cut off"]
    await gate.entered.wait()
    gate.entered.clear()

    def dark(*_args):
        raise psycopg.OperationalError("dark")

    real = Heart._execute
    monkeypatch.setattr(Heart, "_execute", dark)

    async def let_go():
        return not engine.heart.alive and not engine.executor._running and engine.status()["ready"] is False

    await eventually(let_go)
    assert (await detail(id))["state"] == "running", "without a database nobody could be told"
    monkeypatch.setattr(Heart, "_execute", real)
    await gate.entered.wait()  # it runs again: rescued at once, not when the old lease would have ended
    gate.opened.set()
    job = await ended(id)
    assert (job["state"], job["attempt"]) == ("succeeded", 2)
    assert [a["outcome"] for a in job["attempts"]] == ["lost"]
    assert engine.worker_id != first


async def test_a_worker_whose_row_is_deleted_comes_back_and_its_jobs_run(make_engine):
    engine = await make_engine(BEAT=0.05)
    first = engine.worker_id
    id = await enqueue(sample_tasks.waits_at, "pruned")
    await sample_tasks.gates["pruned"].entered.wait()
    await rows("DELETE FROM worker WHERE id = $1", first)

    async def renamed():
        return engine.worker_id != first and engine.heart.alive

    await eventually(renamed)
    sample_tasks.gates["pruned"].opened.set()
    job = await ended(id)
    assert job["state"] == "succeeded"
    assert job["attempt"] == 2


async def test_a_loop_blocked_for_too_long_gives_its_jobs_up(make_engine, monkeypatch):
    monkeypatch.setattr(heart_module, "BLOCKED_LIMIT", 0.2)
    engine = await make_engine(BEAT=0.05, LEASE=0.4, FENCE=0.3)
    first = engine.worker_id
    time.sleep(1.0)  # noqa: ASYNC251

    async def renamed():
        return engine.worker_id != first and engine.heart.alive

    await eventually(renamed)


async def test_a_heart_stops_twice_and_before_its_start(database):
    told = asyncio.Event()
    heart = Heart(
        "test", {"default": 1}, Rhythm(0.05, 1, 0.8), on_fence=told.set, on_revive=told.set, load=dict
    )
    await heart.stop()
    await heart.start()
    await heart.stop()
    await heart.stop()
    stopped = await rows("SELECT stopped_at FROM worker WHERE id = $1", heart.worker)
    assert stopped[0]["stopped_at"] is not None
    assert not told.is_set()


async def test_a_heart_without_a_database_says_so_at_its_start(database, monkeypatch):
    def dark():
        raise psycopg.OperationalError("dark")

    monkeypatch.setattr(heart_module, "connect", dark)
    heart = Heart("test", {}, Rhythm(), on_fence=lambda: None, on_revive=lambda: None, load=dict)
    with pytest.raises(psycopg.OperationalError):
        await heart.start()
    await heart.stop()
