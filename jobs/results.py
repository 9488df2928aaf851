"""Jobs as django.tasks sees them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from jobs.compat import Task, TaskError, TaskResult, TaskResultStatus
from jobs.encode import Unreadable
from jobs.outcome import Cancel, ClaimedJob

T = TypeVar("T")

_STATUS = {
    "scheduled": TaskResultStatus.READY,
    "waiting": TaskResultStatus.READY,
    "ready": TaskResultStatus.READY,
    "running": TaskResultStatus.RUNNING,
    "succeeded": TaskResultStatus.SUCCESSFUL,
    "failed": TaskResultStatus.FAILED,
    "cancelled": TaskResultStatus.FAILED,
}
CANCELLED = f"{Cancel.__module__}.{Cancel.__qualname__}"


def _takes(arguments: T, none: T) -> T:
    """Arguments as TaskResult takes them, which is JSON alone: of what nobody can read there are none."""
    return none if isinstance(arguments, Unreadable) else arguments


def claimed_result(
    task: Task, job: ClaimedJob, status: TaskResultStatus = TaskResultStatus.RUNNING
) -> TaskResult:
    """A claimed job's result, without its value: one worker id an attempt, as django.tasks counts them."""
    return TaskResult(
        task=task,
        id=str(job.id),
        status=status,
        enqueued_at=job.created_at,
        started_at=job.started_at,
        finished_at=None if status == TaskResultStatus.RUNNING else datetime.now(UTC),
        last_attempted_at=job.started_at,
        args=_takes(job.args, []),
        kwargs=_takes(job.kwargs, {}),
        backend=task.backend,
        errors=[],
        worker_ids=[str(job.worker)] * job.attempt,
    )


def stored_result(task: Task, detail: Mapping[str, Any]) -> TaskResult:
    """The result of a job as jobs.store.job_detail tells it."""
    tried = [a for a in detail["attempts"] if a["number"] > 0]  # the others are what people did
    errors = [
        TaskError(exception_class_path=a["error_class"] or "builtins.Exception", traceback=a["traceback"])
        for a in tried
        if a["outcome"] != "released"
    ]
    if detail["state"] == "cancelled" and not errors:
        # A result that failed has an error: why it was cancelled, if anybody said so.
        errors = [TaskError(exception_class_path=CANCELLED, traceback=detail["error"])]
    workers = [str(a["worker"]) for a in tried]
    workers += [str(detail["worker"])] * (detail["attempt"] - len(workers))
    result: TaskResult = TaskResult(
        task=task,
        id=detail["id"],
        status=_STATUS[detail["state"]],
        enqueued_at=detail["created_at"],
        started_at=detail["started_at"],
        finished_at=detail["finished_at"],
        last_attempted_at=detail["started_at"],
        args=_takes(detail["args"], []),
        kwargs=_takes(detail["kwargs"], {}),
        backend=task.backend,
        errors=errors,
        worker_ids=workers,
    )
    object.__setattr__(result, "_return_value", detail["result"])
    return result
