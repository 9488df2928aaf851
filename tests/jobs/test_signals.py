"""Signals of django.tasks are made where somebody hears them."""

import logging

import pytest

from jobs import compat
from jobs.compat import task_finished, task_started
from jobs.signals import heard
from tests.jobs import sample_tasks
from tests.jobs.conftest import ended, enqueue

SIGNALS = [task_started, task_finished]


@pytest.mark.parametrize("signal", SIGNALS)
def test_nobody_hears_them_where_only_the_log_listens_and_is_not_kept(signal):
    assert not heard(signal)


@pytest.mark.parametrize("signal", SIGNALS)
def test_a_log_that_is_kept_hears_them(signal, caplog):
    with caplog.at_level(logging.INFO, logger=compat.LOGGER):
        assert heard(signal)


async def test_a_receiver_hears_of_each_job_that_began_and_ended(make_engine):
    heard_of = []

    def hears(sender, task_result, **kwargs):
        heard_of.append((task_result.id, str(task_result.status)))

    for signal in SIGNALS:
        signal.connect(hears)
    try:
        engine = await make_engine()
        id = await enqueue(sample_tasks.add, 1, 2)
        await ended(id)
        await engine.stop()  # the signal follows the commit
        assert [status for told, status in heard_of if told == str(id)] == ["RUNNING", "SUCCESSFUL"]
    finally:
        for signal in SIGNALS:
            signal.disconnect(hears)


async def test_the_log_tells_of_a_job_that_went_well_where_it_is_kept(make_engine, caplog):
    with caplog.at_level(logging.INFO, logger=compat.LOGGER):
        engine = await make_engine()
        id = await enqueue(sample_tasks.add, 1, 2)
        await ended(id)
        await engine.stop()
    said = [record.getMessage() for record in caplog.records if str(id) in record.getMessage()]
    assert ["RUNNING" in said[0], "SUCCESSFUL" in said[1]] == [True, True]
