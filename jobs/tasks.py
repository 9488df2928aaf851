"""Tasks: functions that can be enqueued. Django's Task with the options of this engine."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, overload

from django.utils.module_loading import import_string

from jobs import compat
from jobs.rules.retry import RetryPolicy, exponential

DEFAULT_RETRY = exponential(attempts=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(compat.Task):
    """A task of this engine.

    retry says how often and when a failed job is tried again. timeout is in seconds, None for none. batch is
    how many jobs the function takes at once: above 1 it is called with a list of claimed jobs. if_failed is
    the task that follows a job that failed for good, also one lost with its worker: it is called with the
    same arguments, and with ``failed`` (the path of the task that failed) and ``error`` in words.
    """

    retry: RetryPolicy = DEFAULT_RETRY
    timeout: float | None = 60.0
    batch: int = 1
    if_failed: "Task | None" = None

    def using(
        self,
        *,
        priority: int | None = None,
        queue_name: str | None = None,
        run_after: datetime | None = None,
        backend: str | None = None,
        retry: RetryPolicy | None = None,
        timeout: float | None = None,
        batch: int | None = None,
    ) -> "Task":
        """The same task with other defaults."""
        changes: dict[str, Any] = {
            "priority": priority,
            "queue_name": queue_name,
            "run_after": run_after,
            "backend": backend,
            "retry": retry,
            "timeout": timeout,
            "batch": batch,
        }
        return replace(self, **{name: value for name, value in changes.items() if value is not None})


@overload
def task(func: Callable[..., Any]) -> Task: ...


@overload
def task(
    *,
    priority: int = 0,
    queue_name: str = "default",
    backend: str = "default",
    takes_context: bool = False,
    retry: RetryPolicy | None = None,
    timeout: float | None = 60.0,
    batch: int = 1,
    if_failed: Task | None = None,
) -> Callable[[Callable[..., Any]], Task]: ...


def task(
    func: Callable[..., Any] | None = None,
    *,
    priority: int = 0,
    queue_name: str = "default",
    backend: str = "default",
    takes_context: bool = False,
    retry: RetryPolicy | None = None,
    timeout: float | None = 60.0,
    batch: int = 1,
    if_failed: Task | None = None,
) -> Any:
    """Make a module-level function a task; works bare and with options.

    On a foreign backend of django.tasks our own options are dropped.
    """
    if batch < 1:
        raise ValueError("batch is at least 1")

    def wrap(function: Callable[..., Any]) -> compat.Task:
        task_class = compat.task_backends[backend].task_class
        own: dict[str, Any] = {}
        if issubclass(task_class, Task):
            own = {
                "retry": retry or DEFAULT_RETRY,
                "timeout": timeout,
                "batch": batch,
                "if_failed": if_failed,
            }
        return task_class(
            func=function,
            priority=priority,
            queue_name=queue_name,
            backend=backend,
            takes_context=takes_context,
            run_after=None,
            **own,
        )

    return wrap if func is None else wrap(func)


class UnknownTask(Exception):
    """No task has this module path in this process's code."""


@cache
def resolve(path: str) -> Task:
    """The task of a module path. Only tasks: a job's row cannot make us call anything else.

    Raises UnknownTask; that is not cached, so that a module repaired by hand is found.
    """
    try:
        found = import_string(path)
    except ImportError as error:
        raise UnknownTask(f"{path}: {error}") from error
    if not isinstance(found, Task):
        raise UnknownTask(f"{path} is not a task")
    return found
