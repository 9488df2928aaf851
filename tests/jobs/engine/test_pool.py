"""Consumers and their buffer: who is woken when, and when a claim is worth it."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest_asyncio

from jobs.engine.executor import Executor
from jobs.engine.held import Held
from jobs.engine.pool import Pool
from jobs.engine.turn import Turn
from jobs.outcome import ClaimedJob
from tests.jobs import sample_tasks
from tests.support import eventually

NOW = datetime(2026, 12, 1, tzinfo=UTC)


class Sink:
    """Takes outcomes and lets go of their jobs, as the finishes do once they are stored."""

    def __init__(self):
        self.outcomes = []

    async def put(self, outcomes):
        self.outcomes += outcomes


def claimed(number, task, *args):
    worker = UUID(int=1)
    return ClaimedJob(
        UUID(int=number),
        task.module_path,
        "default",
        0,
        list(args),
        {},
        "",
        NOW,
        NOW,
        NOW,
        1,
        3,
        1,
        worker,
        2,
    )


async def until(look):
    async def seen():
        return look()

    await eventually(seen)


@pytest_asyncio.fixture
async def make_pool():
    made = []

    async def make(slots, prefetch):
        freed = []
        pool = Pool(
            "default", slots, prefetch,
            executor=Executor(2), finishes=Sink(), held=Held(), turn=Turn(), freed=freed.append,
        )  # fmt: skip
        made.append(pool)
        await pool.start()
        await until(lambda: len(pool._waiting) == slots)
        return pool, freed

    yield make
    for pool in made:
        await pool.stop()
        pool.executor.close()


async def test_jobs_that_never_wait_are_all_done_by_one_consumer(make_pool):
    pool, _freed = await make_pool(5, 100)
    names = set()
    put = pool.finishes.put

    async def noted(outcomes):
        names.add(asyncio.current_task().get_name())
        await put(outcomes)

    pool.finishes.put = noted
    pool.add([claimed(n, sample_tasks.add, n, 1) for n in range(100)])
    await until(lambda: len(pool.finishes.outcomes) == 100)
    assert len(names) == 1
    assert {outcome.kind for outcome in pool.finishes.outcomes} == {"succeeded"}


async def test_jobs_that_wait_run_side_by_side_in_all_slots(make_pool):
    pool, _freed = await make_pool(4, 10)
    pool.add([claimed(n, sample_tasks.waits_at, f"gate {n}") for n in range(6)])
    await until(lambda: pool.busy == 4)
    assert (len(pool.buffer), pool.room()) == (2, 8)
    for n in range(6):
        sample_tasks.gates[f"gate {n}"].opened.set()
    await until(lambda: len(pool.finishes.outcomes) == 6)
    assert pool.busy == 0


async def test_a_claim_is_worth_it_when_half_of_the_buffer_is_gone(make_pool):
    pool, freed = await make_pool(1, 4)
    pool.add([claimed(n, sample_tasks.waits_at, f"low {n}") for n in range(5)])
    await until(lambda: pool.busy == 1)
    assert not pool.is_low()
    for n in (0, 1):
        sample_tasks.gates[f"low {n}"].opened.set()
        await until(lambda n=n: len(pool.finishes.outcomes) == n + 1)
        assert freed == []
    sample_tasks.gates["low 2"].opened.set()
    await until(lambda: len(pool.finishes.outcomes) == 3)
    assert freed == ["default"]
    assert pool.is_low()


async def test_a_woken_consumer_that_is_stopped_passes_the_job_on(make_pool):
    pool, _freed = await make_pool(2, 4)
    pool.add([claimed(1, sample_tasks.add, 1, 1)])
    last = pool._consumers[-1]
    await last.stop()
    await until(lambda: len(pool.finishes.outcomes) == 1)


async def test_a_batch_takes_its_like_and_leaves_the_others_in_their_order(make_pool):
    pool, _freed = await make_pool(1, 30)
    batch, other = sample_tasks.in_batches, sample_tasks.add
    pool.buffer.extend(claimed(n, batch if n % 2 else other) for n in range(1, 9))
    alike = pool._take_alike(pool.buffer.popleft())
    assert [job.id.int for job in alike] == [1, 3, 5, 7]
    assert [job.id.int for job in pool.buffer] == [2, 4, 6, 8]
    assert pool.forget_buffered() == 4
