import pytest
from django.test import override_settings

import jobs
from jobs import compat
from jobs.rules.retry import constant, exponential
from jobs.tasks import Task, UnknownTask, resolve, task
from tests.jobs import sample_tasks


def test_a_task_has_the_options_of_this_engine():
    made = sample_tasks.in_batches
    assert isinstance(made, Task)
    assert (made.batch, made.retry, made.timeout) == (10, constant(attempts=1), 60.0)
    assert sample_tasks.add.retry == exponential(attempts=3)


def test_using_changes_only_what_is_given():
    changed = sample_tasks.add.using(timeout=5, retry=constant(attempts=9))
    assert (changed.timeout, changed.retry.attempts, changed.batch) == (5, 9, 1)
    assert changed.func is sample_tasks.add.func
    assert sample_tasks.add.timeout == 60.0


def test_a_path_leads_to_its_task():
    assert resolve("tests.jobs.sample_tasks.add") is sample_tasks.add


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("tests.jobs.sample_tasks.gates", id="no task"),
        pytest.param("tests.jobs.sample_tasks.missing", id="no name"),
        pytest.param("nowhere.at.all", id="no module"),
        pytest.param("os.system", id="not ours"),
        pytest.param("plain", id="no path"),
    ],
)
def test_only_tasks_are_found(path):
    with pytest.raises(UnknownTask):
        resolve(path)


def test_a_batch_of_nothing_is_refused():
    with pytest.raises(ValueError):
        task(batch=0)


def test_a_function_inside_a_function_is_no_task():
    def inner():
        pass

    with pytest.raises(compat.InvalidTask):
        task(inner)


def module_level():
    pass


@override_settings(
    TASKS={
        "default": {"BACKEND": f"{compat.BaseTaskBackend.__module__.rsplit('.', 1)[0]}.dummy.DummyBackend"}
    }
)
def test_on_a_foreign_backend_our_options_are_dropped():
    made = task(module_level)
    assert not isinstance(made, Task)
    assert made.func is module_level


def test_the_public_names_are_there():
    for name in jobs.__all__:
        assert getattr(jobs, name) is not None
    with pytest.raises(AttributeError):
        _ = jobs.nothing
