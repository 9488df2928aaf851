"""Durable background jobs on PostgreSQL, run by asyncio.

The names below are what a developer's own tasks need. They load on first use, so that importing a pure
part of this package imports nothing else.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jobs.context import Context
    from jobs.outcome import Cancel, Retry, Snooze
    from jobs.rules.retry import RetryPolicy, constant, exponential, linear
    from jobs.tasks import Task, task

_HOMES = {
    "Cancel": "jobs.outcome",
    "Context": "jobs.context",
    "Retry": "jobs.outcome",
    "RetryPolicy": "jobs.rules.retry",
    "Snooze": "jobs.outcome",
    "Task": "jobs.tasks",
    "constant": "jobs.rules.retry",
    "exponential": "jobs.rules.retry",
    "linear": "jobs.rules.retry",
    "task": "jobs.tasks",
}

__all__ = [
    "Cancel",
    "Context",
    "Retry",
    "RetryPolicy",
    "Snooze",
    "Task",
    "constant",
    "exponential",
    "linear",
    "task",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
