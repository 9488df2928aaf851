"""The backend as django.tasks' own users see it."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction

from jobs import Cancel, compat, control, db
from jobs.engine.listener import Listener
from tests.jobs import sample_tasks
from tests.jobs.conftest import detail, ended, rows
from tests.jobs.engine.test_listener import heard, within
from tests.support import eventually


async def by_hand(action, id):
    async with db.transaction() as tx:
        assert (await action(tx, UUID(id), actor="user:ada", reason="because")).code == ""


def test_it_supports_everything():
    backend = compat.task_backends["default"]
    assert backend.supports_defer
    assert backend.supports_async_task
    assert backend.supports_get_result
    assert backend.supports_priority


async def test_an_async_enqueue_is_run_and_its_result_read(make_engine):
    await make_engine()
    result = await sample_tasks.add.aenqueue(2, 3)
    assert result.status == compat.TaskResultStatus.READY
    await ended(result.id)
    await result.arefresh()
    assert result.status == compat.TaskResultStatus.SUCCESSFUL
    assert result.return_value == 5
    assert result.attempts == 1


async def test_a_plain_enqueue_is_heard_of_after_its_commit(make_engine):
    await make_engine(POLL=30.0)
    result = await sync_to_async(sample_tasks.add.enqueue)(2, 3)
    assert (await ended(result.id, seconds=5))["result"] == 5


async def test_a_plain_enqueue_belongs_to_djangos_transaction(database):
    def enqueue(fail):
        with transaction.atomic():
            result = sample_tasks.add.enqueue(1, 1)
            if fail:
                raise ZeroDivisionError
        return result

    listener = Listener("elsewhere")
    queue = heard(listener)
    await listener.start()
    with pytest.raises(ZeroDivisionError):
        await sync_to_async(enqueue)(True)
    assert await rows("SELECT id FROM job") == []
    result = await sync_to_async(enqueue)(False)
    told = await within(queue.get())
    await listener.stop()
    assert [(change.kind, change.id) for change in told] == [("job", result.id), ("ready", "default")]


async def test_a_failed_job_tells_its_errors(make_engine):
    await make_engine()
    result = await sample_tasks.fails_until.aenqueue("always", 10)
    await ended(result.id)
    for read in (sample_tasks.fails_until.aget_result, sync_to_async(sample_tasks.fails_until.get_result)):
        found = await read(result.id)
        assert found.status == compat.TaskResultStatus.FAILED
        assert [error.exception_class for error in found.errors] == [ValueError] * 3
        assert found.attempts == 3
        assert found.args == ["always", 10]


async def test_what_people_did_with_a_job_is_no_attempt_of_it(make_engine):
    await make_engine()
    id = (await sample_tasks.fails_until.aenqueue("always", 10)).id
    await ended(id)
    await by_hand(control.retry, id)
    await ended(id)
    for read in (sample_tasks.fails_until.aget_result, sync_to_async(sample_tasks.fails_until.get_result)):
        found = await read(id)
        assert [error.exception_class for error in found.errors] == [ValueError] * 4
        assert all(error.traceback for error in found.errors)
        assert found.attempts == 4
        assert "None" not in found.worker_ids


async def test_a_cancelled_job_has_not_been_tried_and_tells_why_it_was_cancelled(database):
    id = (await sample_tasks.add.aenqueue(1, 2)).id
    await by_hand(control.cancel, id)
    for read in (sample_tasks.add.aget_result, sync_to_async(sample_tasks.add.get_result)):
        found = await read(id)
        assert (found.status, found.attempts) == (compat.TaskResultStatus.FAILED, 0)
        ((kind, why),) = ((error.exception_class, error.traceback) for error in found.errors)
        assert kind is Cancel
        assert "because" in why


async def test_a_result_can_be_read_without_asyncio(make_engine):
    await make_engine()
    result = await sample_tasks.returns.aenqueue("fine")
    await ended(result.id)
    found = await sync_to_async(sample_tasks.returns.get_result)(result.id)
    assert found.return_value == [1, "two", None]


@pytest.mark.parametrize("id", ["nonsense", "018f0000-0000-7000-8000-000000000000"])
async def test_a_result_nobody_knows_does_not_exist(database, id):
    for read in (sample_tasks.add.aget_result, sync_to_async(sample_tasks.add.get_result)):
        with pytest.raises(compat.TaskResultDoesNotExist):
            await read(id)


async def test_a_deferred_job_with_a_priority_is_stored_as_asked(database):
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    task = sample_tasks.add.using(priority=-5, run_after=tomorrow, queue_name="slow")
    found = await detail((await task.aenqueue(1, 2)).id)
    assert (found["state"], found["priority"], found["queue"]) == ("scheduled", -5, "slow")
    assert found["run_at"] == tomorrow


async def test_the_log_line_of_a_failed_job_carries_its_error(make_engine, caplog):
    await make_engine()
    result = await sample_tasks.breaks.aenqueue("vase")

    def lines():
        return [r for r in caplog.records if result.id in r.getMessage() and r.levelname == "ERROR"]

    async def logged():
        return lines()

    (line,) = await eventually(logged)
    assert "ValueError: in pieces" in str(line.exc_info[1])
    assert "NoneType" not in caplog.text


async def test_what_nobody_can_read_of_a_result_leaves_the_rest(make_engine):
    result = await sample_tasks.add.aenqueue(1, 2)
    await rows("UPDATE job SET args = '[1e400]' WHERE id = $1", UUID(result.id))
    for read in (sample_tasks.add.aget_result, sync_to_async(sample_tasks.add.get_result)):
        found = await read(result.id)
        assert (found.status, list(found.args), found.kwargs) == (compat.TaskResultStatus.READY, [], {})
    await rows("UPDATE job SET args = '[1, 2]' WHERE id = $1", UUID(result.id))
    await make_engine()
    await ended(UUID(result.id))
    await rows("UPDATE job_history SET result = '1e400' WHERE id = $1", UUID(result.id))
    for read in (sample_tasks.add.aget_result, sync_to_async(sample_tasks.add.get_result)):
        assert "to be read" in str((await read(result.id)).return_value)


async def test_signals_tell_of_a_jobs_life(make_engine):
    seen = asyncio.Queue()

    def note(name):
        async def receive(sender, task_result, **_kwargs):
            seen.put_nowait((name, task_result.id, task_result.status))

        return receive

    receivers = {
        "started": (compat.task_started, note("started")),
        "finished": (compat.task_finished, note("finished")),
    }
    for signal, receive in receivers.values():
        signal.connect(receive)
    try:
        await make_engine()
        result = await sample_tasks.add.aenqueue(1, 1)
        assert await within(seen.get()) == ("started", result.id, compat.TaskResultStatus.RUNNING)
        assert await within(seen.get()) == ("finished", result.id, compat.TaskResultStatus.SUCCESSFUL)
    finally:
        for signal, receive in receivers.values():
            signal.disconnect(receive)
