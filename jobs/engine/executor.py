"""Runs handlers. It takes claimed jobs and returns their outcomes; storing those is somebody else's."""

import asyncio
import contextvars
import functools
import logging
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from inspect import iscoroutinefunction
from typing import Any

from django.db import close_old_connections

from jobs.compat import task_started
from jobs.context import Context
from jobs.engine import judge
from jobs.engine.machine import end
from jobs.outcome import Cancel, ClaimedJob, Outcome, Retry, Snooze
from jobs.results import claimed_result
from jobs.rules.retry import RetryPolicy
from jobs.signals import tell
from jobs.tasks import Task, resolve

logger = logging.getLogger(__name__)

#: What the threads of plain functions are called.
THREADS = "jobs.handler"


@dataclass(slots=True)
class _Ran:
    """How one call of a handler ended."""

    context: Context
    value: Any = None
    error: BaseException | None = None
    interrupted: bool = False


class Executor:
    """Each handler runs in a task of its own; plain functions in at most ``threads`` threads.

    ``tell`` is called, from any thread, when a handler says how far it is.
    """

    def __init__(self, threads: int, tell: Callable[[Context], None] | None = None) -> None:
        self._tell = tell
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=THREADS)
        self._running: set[asyncio.Task[Any]] = set()
        self._interrupted: set[asyncio.Task[Any]] = set()

    async def run(self, jobs: Sequence[ClaimedJob]) -> list[Outcome]:
        """Run these jobs of one task: a batch where the task takes batches. One outcome a job.

        Where a batch fails, its jobs are tried one by one.
        """
        try:
            task = resolve(jobs[0].task)
        except Exception as error:  # whatever a module raises while it is imported
            policy = judge.UNKNOWN_TASK
            return [judge.raised(job, error, policy, random.random()) for job in jobs]  # noqa: S311
        ran = await self._call(task, jobs)
        if len(jobs) == 1 or ran.interrupted or ran.error is None:
            return [_outcome(job, ran, task.retry) for job in jobs]
        logger.warning("%s failed for %d jobs, they are tried singly: %r", task.name, len(jobs), ran.error)
        outcomes = []
        for job in jobs:
            if job.id not in ran.context.finished and not ran.interrupted:
                alone = await self._call(task, [job])
                outcomes.append(_outcome(job, alone, task.retry))
                ran.interrupted = alone.interrupted
            else:
                outcomes.append(_outcome(job, ran, task.retry))
        return outcomes

    async def interrupt(self) -> None:
        """Cancel every handler that runs now. Their outcome is "interrupted"."""
        running = list(self._running)
        self._interrupted.update(running)
        await asyncio.gather(*(end(task) for task in running))

    def close(self) -> None:
        """Take no more plain functions. Those that run are not waited for: a thread cannot be stopped."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _call(self, task: Task, jobs: Sequence[ClaimedJob]) -> _Ran:
        """Call the handler in a task of its own, and see how it ends."""
        ran = _Ran(Context(task, jobs, self._tell))
        for job in jobs:
            await tell(task_started, type(task.get_backend()), task_result=claimed_result(task, job))
        handler = asyncio.create_task(
            self._handle(task, ran.context), name=f"{task.module_path} {jobs[0].id}"
        )
        self._running.add(handler)
        handler.add_done_callback(self._running.discard)
        try:
            await asyncio.wait({handler})
        finally:
            if not handler.done():
                handler.cancel()
        ran.interrupted = handler in self._interrupted
        self._interrupted.discard(handler)
        if handler.cancelled():
            ran.error = asyncio.CancelledError()
        elif (error := handler.exception()) is not None:
            ran.error = error
        else:
            ran.value, ran.interrupted = handler.result(), False
        return ran

    async def _handle(self, task: Task, context: Context) -> Any:
        args: list[Any] = [context] if task.takes_context else []
        kwargs: dict[str, Any] = {}
        if task.batch > 1:
            args.append(context.jobs)
        else:
            args += context.jobs[0].args
            kwargs = context.jobs[0].kwargs
        try:
            async with asyncio.timeout(task.timeout) as limit:
                if iscoroutinefunction(task.func):
                    return await task.func(*args, **kwargs)
                call = functools.partial(contextvars.copy_context().run, _plain, task.func, args, kwargs)
                return await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except TimeoutError as error:
            if limit.expired():
                raise judge.TimedOut(f"took longer than {task.timeout:g} s") from error
            raise
        except SystemExit as error:
            # asyncio would end the whole process with it.
            raise RuntimeError(f"the handler called exit({error.code})") from error


def _plain(function: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """A plain function in its thread; its Django connections are closed as after a request."""
    close_old_connections()
    try:
        return function(*args, **kwargs)
    finally:
        close_old_connections()


def _outcome(job: ClaimedJob, ran: _Ran, policy: RetryPolicy) -> Outcome:
    if job.id in ran.context.finished:
        if ran.error is not None:
            logger.warning("job %s finished, and its handler then raised %r", job.id, ran.error)
        return Outcome(job, "done")
    if ran.interrupted:
        return Outcome(job, "interrupted")
    reached = ran.context.reached_as_json()
    if ran.error is not None:
        return replace(judge.raised(job, ran.error, policy, random.random()), progress=reached)  # noqa: S311
    value = ran.value
    if ran.context.task.batch > 1 and not isinstance(value, Retry | Snooze | Cancel):
        value = None  # the values of a batch are given job by job, in its transaction
    return replace(judge.ended(job, value, policy, random.random()), progress=reached)  # noqa: S311
