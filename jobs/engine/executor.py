"""Runs handlers. It takes claimed jobs and returns their outcomes; storing those is somebody else's."""

import asyncio
import contextlib
import contextvars
import functools
import logging
import random
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any

from django.db import close_old_connections

from jobs.compat import task_started
from jobs.context import Context
from jobs.engine import judge
from jobs.engine.drive import Drive
from jobs.outcome import Cancel, ClaimedJob, Outcome, Retry, Snooze, is_unreadable
from jobs.results import claimed_result
from jobs.rules.retry import RetryPolicy
from jobs.signals import heard, tell
from jobs.tasks import Task, resolve

logger = logging.getLogger(__name__)

#: What the threads of plain functions are called.
THREADS = "jobs.handler"
#: Seconds interrupted handlers have to end, and until one that does not is cancelled again.
CUT_OFF, AGAIN = 3.0, 0.5


_is_async = functools.cache(iscoroutinefunction)


@dataclass(slots=True)
class _Ran:
    """How one call of a handler ended."""

    context: Context
    value: Any = None
    error: BaseException | None = None
    interrupted: bool = False


class Executor:
    """Each handler runs in the task of whoever calls ``run``; plain functions in at most ``threads`` threads.

    ``tell`` is called, from any thread, when a handler says how far it is.
    """

    def __init__(self, threads: int, tell: Callable[[Context], None] | None = None) -> None:
        self._tell = tell
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=THREADS)
        #: Tasks that are inside a handler now, and how often each was interrupted there.
        self._running: dict[asyncio.Task[Any], int] = {}
        self._left = asyncio.Event()

    async def run(self, jobs: Sequence[ClaimedJob], waits: Callable[[], object] = bool) -> list[Outcome]:
        """Run these jobs of one task: a batch where the task takes batches. One outcome a job.

        Where a batch fails, its jobs are tried one by one. ``waits`` is called when a handler waits for
        something: others have time then.
        """
        if unread := [job for job in jobs if is_unreadable(job)]:
            rest = [job for job in jobs if not is_unreadable(job)]
            return [*map(judge.unreadable, unread), *(await self.run(rest, waits) if rest else ())]
        try:
            task = resolve(jobs[0].task)
        except Exception as error:  # whatever a module raises while it is imported
            policy = judge.UNKNOWN_TASK
            return [judge.raised(job, error, policy, random.random()) for job in jobs]  # noqa: S311
        ran = await self._call(task, jobs, waits)
        if len(jobs) == 1 or ran.interrupted or ran.error is None:
            return [_outcome(job, ran, task.retry) for job in jobs]
        logger.warning("%s failed for %d jobs, they are tried singly: %r", task.name, len(jobs), ran.error)
        outcomes = []
        for job in jobs:
            if job.id not in ran.context.finished and not ran.interrupted:
                alone = await self._call(task, [job], waits)
                outcomes.append(_outcome(job, alone, task.retry))
                ran.interrupted = alone.interrupted
            else:
                outcomes.append(_outcome(job, ran, task.retry))
        return outcomes

    async def interrupt(self, seconds: float = CUT_OFF) -> None:
        """Cancel every handler that runs now, and wait until they are gone, ``seconds`` at most. Some code
        swallows a cancel: it is cancelled again. Their outcome is "interrupted".
        """
        begun = list(self._running)
        until = time.monotonic() + seconds
        while here := [task for task in begun if task in self._running]:
            left = until - time.monotonic()
            if left <= 0:
                for task in here:
                    logger.error("%s does not end although it was cancelled: it is left", task.get_name())
                return
            for task in here:
                self._running[task] += 1
                task.cancel()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(left, AGAIN)):
                    while any(task in self._running for task in here):
                        self._left.clear()
                        await self._left.wait()

    def close(self) -> None:
        """Take no more plain functions. Those that run are not waited for: a thread cannot be stopped."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _call(self, task: Task, jobs: Sequence[ClaimedJob], waits: Callable[[], object]) -> _Ran:
        """Call the handler, and see how it ends. Raises CancelledError where whoever runs it is cancelled."""
        ran = _Ran(Context(task, jobs, self._tell))
        if heard(task_started):
            for job in jobs:
                await tell(task_started, type(task.get_backend()), task_result=claimed_result(task, job))
        here = asyncio.current_task()
        assert here is not None
        name = here.get_name()
        here.set_name(f"{task.module_path} {jobs[0].id}")
        self._running[here] = 0
        call = self._handle(task, ran.context)
        handler = Drive(here, call, contextvars.copy_context(), task.timeout, waits)
        try:
            ran.value = await handler.run()
        except Exception as error:
            ran.error = error
        except asyncio.CancelledError as error:
            ran.error = judge.TimedOut(f"took longer than {task.timeout:g} s") if handler.expired else error
        except SystemExit as error:  # asyncio would end the whole process with it
            ran.error = RuntimeError(f"the handler called exit({error.code})")
            ran.error.__cause__ = error
        finally:
            interrupts = self._running.pop(here)
            here.set_name(name)
        if here.cancelling():
            await self._settle(here, interrupts + handler.cancels)
        if interrupts:
            self._left.set()
            ran.interrupted = ran.error is not None
        return ran

    async def _settle(self, here: asyncio.Task[Any], cancels: int) -> None:
        """Take back so many cancels, which were the handler's: the task goes on. Any other is its own."""
        for _ in range(min(cancels, here.cancelling())):
            here.uncancel()
        # One that came when the handler had all but ended is still on its way.
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(0)
        if here.cancelling():
            self._left.set()
            raise asyncio.CancelledError

    def _handle(self, task: Task, context: Context) -> Coroutine[Any, Any, Any]:
        """What calls the handler with what it takes. A plain function is called in a thread."""
        args: list[Any] = [context] if task.takes_context else []
        kwargs: dict[str, Any] = {}
        if task.batch > 1:
            args.append(context.jobs)
        else:
            args += context.jobs[0].args
            kwargs = context.jobs[0].kwargs
        if _is_async(task.func):
            return _called(task.func, args, kwargs)
        return self._in_thread(task.func, args, kwargs)

    async def _in_thread(self, function: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        call = functools.partial(contextvars.copy_context().run, _plain, function, args, kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)


async def _called(function: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Arguments that do not fit are the handler's error, too."""
    return await function(*args, **kwargs)


def _plain(function: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """A plain function in its thread; its Django connections are closed as after a request."""
    close_old_connections()
    try:
        return function(*args, **kwargs)
    finally:
        close_old_connections()


def _outcome(job: ClaimedJob, ran: _Ran, policy: RetryPolicy) -> Outcome:
    context = ran.context
    if job.id in context.finished:
        if ran.error is not None:
            logger.warning("job %s finished, and its handler then raised %r", job.id, ran.error)
        return Outcome(job, "done")
    if ran.interrupted:
        return Outcome(job, "interrupted")
    value = ran.value
    if context.task.batch > 1 and not isinstance(value, Retry | Snooze | Cancel):
        value = None  # the values of a batch are given job by job, in its transaction
    dice = random.random()  # noqa: S311
    if ran.error is not None:
        outcome = judge.raised(job, ran.error, policy, dice)
    else:
        outcome = judge.ended(job, value, policy, dice)
    return outcome if context.reached is None else outcome._replace(progress=context.reached_as_json())
