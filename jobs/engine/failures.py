"""What follows when a job fails for good: the job its task names for that."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from jobs.enqueue import NewJob, columns, new_job
from jobs.tasks import resolve

logger = logging.getLogger(__name__)


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
    try:
        told = {"failed": path, "error": error}
        job = new_job(task.if_failed, *args, subject=subject, **{**kwargs, **told})
        columns([job])
    except (TypeError, ValueError) as wrong:  # they cannot be read, or are older than what is taken in now
        logger.error("%s failed, and its follow-up cannot have the same arguments: %s", path, wrong)
        return None
    return job
