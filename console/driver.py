"""The lifespan of an ASGI application, driven from the server's side."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

log = logging.getLogger(__name__)

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class StartupFailed(Exception):
    """The application could not start; the message says why."""


class Driver:
    """Starts and stops one application; stopping it before or during its start is safe."""

    def __init__(self, application: Application, extensions: dict[str, Any]) -> None:
        self._application = application
        self._scope: Scope = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "state": {},
            "extensions": extensions,
        }
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._outbox: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._started = False

    async def start(self) -> None:
        """Returns when the application is ready. Raises StartupFailed."""
        self._task = asyncio.create_task(self._run(), name="lifespan")
        answer = await self._ask("startup")
        if answer["type"] != "lifespan.startup.complete":
            raise StartupFailed(answer.get("message") or "the application ended during its start")
        self._started = True

    async def stop(self, timeout: float) -> None:
        """Let the application stop in its own order; cut it off after ``timeout`` seconds. Safe twice.

        One that is still starting is cancelled, and has as long to clean up.
        """
        if self._task is None or self._task.done():
            return
        if not self._started:
            self._task.cancel()
            await asyncio.wait([self._task], timeout=timeout)
            return
        try:
            async with asyncio.timeout(timeout):
                answer = await self._ask("shutdown")
            if answer["type"] == "lifespan.shutdown.failed":
                log.error("The application did not stop cleanly: %s", answer.get("message"))
        except TimeoutError:
            log.error("The application did not stop within %.0f s; it is cut off", timeout)
        finally:
            self._task.cancel()
            await asyncio.wait([self._task], timeout=5)

    async def _run(self) -> None:
        await self._application(self._scope, self._inbox.get, self._outbox.put)

    async def _ask(self, what: str) -> Message:
        """Send the message and wait for its answer, or for the application's end."""
        assert self._task is not None
        self._inbox.put_nowait({"type": f"lifespan.{what}"})
        answer = asyncio.create_task(self._outbox.get(), name=f"lifespan {what}")
        try:
            await asyncio.wait([answer, self._task], return_when=asyncio.FIRST_COMPLETED)
            if answer.done():
                return answer.result()
            failure = None if self._task.cancelled() else self._task.exception()
            if failure:
                log.error("The application died at its %s", what, exc_info=failure)
            return {"type": f"lifespan.{what}.failed", "message": str(failure or "")}
        finally:
            answer.cancel()
