"""What follows when a job fails for good: the job its task names for that."""

from collections.abc import Mapping, Sequence
from typing import Any

from jobs.enqueue import NewJob, new_job
from jobs.tasks import resolve


def follow_up(
    path: str, args: Sequence[Any], kwargs: Mapping[str, Any], *, subject: str, error: str
) -> NewJob | None:
    """The job that is enqueued where a job of the task at ``path`` failed; None where its task names none.

    It has the failed job's arguments and subject, and is told what failed and why in words. A process that
    does not know the task knows no follow-up either.
    """
    try:
        task = resolve(path)
    except Exception:  # whatever a module raises while it is imported
        return None
    if task.if_failed is None:
        return None
    told = {"failed": path, "error": error}
    return new_job(task.if_failed, *args, subject=subject, **{**kwargs, **told})
