"""How handlers run in the task of whoever runs them, and are cut off there."""

import asyncio
import logging
from datetime import UTC, datetime
from uuid import UUID

import pytest

from jobs.engine.executor import Executor
from jobs.outcome import ClaimedJob
from tests.jobs import sample_tasks

NOW = datetime(2026, 12, 1, tzinfo=UTC)
ID = UUID(int=7)


def claimed(task, *args):
    return ClaimedJob(
        ID, task.module_path, "default", 0, list(args), {}, "", NOW, NOW, NOW, 1, 3, 1, UUID(int=1), 2
    )


@pytest.fixture
def executor():
    executor = Executor(2)
    yield executor
    executor.close()


async def begin(executor, task, name):
    """The task that runs the job, once its handler is inside."""
    running = asyncio.create_task(executor.run([claimed(task, name)]), name="consumer")
    async with asyncio.timeout(5):
        await sample_tasks.gates[name].entered.wait()
    return running


async def test_a_handler_runs_in_the_callers_task_under_its_own_name(executor):
    running = await begin(executor, sample_tasks.waits_at, "named")
    assert running.get_name() == f"{sample_tasks.waits_at.module_path} {ID}"
    sample_tasks.gates["named"].opened.set()
    [outcome] = await running
    assert outcome.kind == "succeeded"
    assert running.get_name() == "consumer"


async def test_an_interrupted_handler_ends_and_its_caller_goes_on(executor):
    running = await begin(executor, sample_tasks.waits_at, "cut")
    await executor.interrupt()
    [outcome] = await running
    assert outcome.kind == "interrupted"
    assert running.cancelling() == 0
    [again] = await executor.run([claimed(sample_tasks.add, 1, 2)])
    assert again.result == "3"


async def test_one_that_swallows_a_cancel_is_cancelled_again(executor):
    running = await begin(executor, sample_tasks.swallows_one_cancel, "swallowed")
    await executor.interrupt()
    [outcome] = await running
    assert outcome.kind == "interrupted"
    assert running.cancelling() == 0


async def test_one_that_does_not_end_is_left_and_said(executor, caplog):
    running = await begin(executor, sample_tasks.ignores_cancels, "stubborn")
    with caplog.at_level(logging.ERROR):
        await executor.interrupt(0.1)
    assert "does not end although it was cancelled" in caplog.text
    assert not running.done()
    sample_tasks.gates["stubborn"].opened.set()
    [outcome] = await running
    assert outcome.kind == "succeeded"
    assert running.cancelling() == 0


async def test_one_that_cancels_itself_has_failed_and_its_caller_goes_on(executor):
    [outcome] = await executor.run([claimed(sample_tasks.cancels_itself)])
    assert (outcome.attempt, outcome.error) == ("failed", "the handler cancelled itself")
    here = asyncio.current_task()
    assert here is not None
    assert here.cancelling() == 0


async def test_one_that_cancels_itself_as_its_last_act_has_succeeded(executor):
    [outcome] = await executor.run([claimed(sample_tasks.cancels_itself_and_returns)])
    assert outcome.kind == "succeeded"
    await asyncio.sleep(0)  # nothing is left that would cancel whoever goes on


async def test_a_caller_that_is_cancelled_from_outside_ends(executor):
    running = await begin(executor, sample_tasks.waits_at, "outside")
    running.cancel()
    await asyncio.wait({running})
    assert running.cancelled()


async def test_a_time_out_is_told_and_its_caller_goes_on(executor):
    [outcome] = await executor.run([claimed(sample_tasks.sleeps_for_ever)])
    assert (outcome.attempt, outcome.error) == ("timeout", "took longer than 0.05 s")
    here = asyncio.current_task()
    assert here is not None
    assert here.cancelling() == 0


async def test_arguments_that_do_not_fit_are_the_jobs_error(executor):
    [outcome] = await executor.run([claimed(sample_tasks.add, 1)])
    assert outcome.error_class == "builtins.TypeError"
