"""The life of one process: what starts before anybody is let in, and what stops in which order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from asgiref.sync import sync_to_async
from django.db import connection
from django.utils.translation import gettext as _

from console import budget
from console.database import lacks_tables
from console.driver import Receive, Scope, Send
from console.live.hub import Hub
from console.live.rounds import Rounds
from console.live.sockets import Sockets
from console.orm.seats import seats
from console.patience import apatiently, deadline
from jobs import db
from jobs.away import UNUSABLE, has_no_room
from jobs.engine.machine import end
from jobs.engine.process import Process
from jobs.fetch.client import close_client, open_client

log = logging.getLogger(__name__)

#: Seconds one step of the stop may take, beyond the grace of running jobs.
STEP = 15.0


class House(Protocol):
    """What our server offers to the application it runs."""

    hurry: asyncio.Event

    async def finish_requests(self) -> None: ...


class Life:
    """Pool, fetch client, announcer, listener, engine, hub and sockets of one process."""

    def __init__(self, run_jobs: bool = True) -> None:
        self.process = Process(run_jobs)
        self.hub = Hub()
        self.sockets = Sockets(self.hub)
        self._rounds = Rounds(self.hub, self.sockets)

    async def start(self) -> None:
        """Ready when this returns. Raises what the database's drivers raise where it cannot be reached.

        Each connection the process needs for life is had before the pool takes its own, and kept.
        """
        await apatiently(db.look_for_pooler, deadline())
        await apatiently(self.process.connect, deadline())
        await sync_to_async(_keep_one)()
        await apatiently(db.open_pool, deadline())
        await open_client()
        self.process.hear(self.hub.hear)
        self.process.listener.on_reconnect(self.hub.renew)
        await self.process.start()
        await self.hub.start()
        await self._rounds.start()
        self.process.standing = await budget.look(self.process)

    async def stop(self, house: House | None = None) -> None:
        """Stop claiming, drain, hand back; send sockets away; let requests end; close what they used.

        ``house.hurry`` skips the drain. Each step is bounded, and its failure does not stop the next one.
        Safe twice and before or during the start.
        """
        await _step("engine", self._drain(house), timeout=None)
        await _step("rounds", self._rounds.stop())
        await _step("sockets", self.sockets.close())
        await _step("hub", self.hub.stop())
        if house:
            await _step("requests", house.finish_requests())
        await _step("fetch", close_client())
        await _step("pool", db.close_pool(2.0))
        await _step("ORM", sync_to_async(seats.keep)(False))

    async def _drain(self, house: House | None) -> None:
        """Stop the engine, within its own grace, or at once when the house is in a hurry."""
        draining = asyncio.create_task(self.process.stop(), name="drain")
        hurry = asyncio.create_task(_hurried(house), name="hurry")
        try:
            await asyncio.wait([draining, hurry], return_when=asyncio.FIRST_COMPLETED)
            if not draining.done() and self.process.engine:
                self.process.engine.hurry()
            await draining
        finally:
            hurry.cancel()
            await end(draining)


def _keep_one() -> None:
    """Open the ORM's first connection, which stays: people can sign in whatever else is full."""
    seats.keep(True)
    connection.ensure_connection()
    connection.close()


async def _hurried(house: House | None) -> None:
    await (house.hurry if house else asyncio.Event()).wait()


async def _step(name: str, work: Awaitable[object], timeout: float | None = STEP) -> None:
    try:
        async with asyncio.timeout(timeout):
            await work
    except TimeoutError:
        log.error("Stopping the %s took more than %s s; going on", name, timeout)
    except Exception:
        log.exception("Stopping the %s failed; going on", name)


def lifespan(life: Life) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The ASGI application that starts and stops this life."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        house: Any = scope.get("extensions", {}).get("headrace.server")
        await receive()
        try:
            await life.start()
        except UNUSABLE as error:
            await life.stop()
            await send({"type": "lifespan.startup.failed", "message": _in_words(error)})
            return
        except BaseException:
            await life.stop()
            raise
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await life.stop(house)
        await send({"type": "lifespan.shutdown.complete"})

    return application


def _in_words(error: Exception) -> str:
    if lacks_tables(error):
        return _("the database has not all tables; run `python3 manage.py migrate`")
    if has_no_room(error):
        return _(
            "the database has no room for one more process; end another one, give all of them a lower "
            "DATABASE_POOL_MAX, or raise the server's max_connections"
        )
    reason = str(error).partition("\n")[0] or type(error).__name__
    return _("the database cannot be used: %s") % reason
