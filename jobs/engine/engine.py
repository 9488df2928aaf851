"""The engine: every machine of one process, started and stopped in order."""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings

from jobs import db, moves
from jobs.away import LOST
from jobs.changes import Change, publish
from jobs.engine.announcer import Announcer
from jobs.engine.claims import Claims
from jobs.engine.executor import CUT_OFF, Executor
from jobs.engine.finishes import Finishes
from jobs.engine.guarded import guarded
from jobs.engine.heart import Heart, Rhythm
from jobs.engine.held import Held
from jobs.engine.lag import Lag
from jobs.engine.listener import Listener
from jobs.engine.machine import reason
from jobs.engine.pool import Pool
from jobs.engine.progress import Progress
from jobs.engine.pruner import Pruner
from jobs.engine.rescuer import Rescuer
from jobs.engine.stager import Stager
from jobs.engine.turn import Turn

logger = logging.getLogger(__name__)

#: Threads for plain functions, however many slots there are.
MAX_THREADS = 32

#: Seconds between two looks at the tables, at most, where no notification comes.
UNTOLD_POLL = 0.5


class Engine:
    """Runs jobs in this process. The pool of ``jobs.db`` must be open.

    ``config`` is shaped as settings.JOBS. An announcer and a listener that run already can be shared; without
    them the engine starts its own.
    """

    def __init__(
        self,
        config: dict[str, Any] | None = None,
        *,
        name: str | None = None,
        announcer: Announcer | None = None,
        listener: Listener | None = None,
    ) -> None:
        self.config = config or settings.JOBS
        self.name = name or f"{socket.gethostname()}:{os.getpid()}"
        self.ready = False
        self._started = self._stopped = False
        self._hurry = asyncio.Event()
        #: A stop that comes during the start waits for it, and is not lost.
        self._changing = asyncio.Lock()
        self._telling: asyncio.Task[None] | None = None
        own_announcer = announcer is None
        self.announcer = announcer or Announcer()
        own_listener = listener is None
        self.listener = listener or Listener(self.announcer.process)
        self._voices = [self.announcer] * own_announcer + [self.listener] * own_listener
        self._build()

    def _build(self) -> None:
        config = self.config
        queues = config["QUEUES"]
        self.held = Held()
        self.heart = Heart(
            self.name,
            {queue: options["slots"] for queue, options in queues.items()},
            Rhythm(config["BEAT"], config["LEASE"], config["FENCE"]),
            on_fence=self._fenced,
            on_revive=self._revived,
            load=self.load,
        )
        slots = sum(options["slots"] for options in queues.values())
        self.progress = Progress()
        self.executor = Executor(min(MAX_THREADS, slots), self.progress.tell)
        self.finishes = Finishes(self.held)
        self.pools: dict[str, Pool] = {}
        turn = Turn()
        self.lag = Lag()
        self.claims = Claims(self.pools, self.heart, self.held, self.lag, config["POLL"])
        for queue, options in queues.items():
            self.pools[queue] = Pool(
                queue,
                options["slots"],
                options["prefetch"],
                executor=self.executor,
                finishes=self.finishes,
                held=self.held,
                turn=turn,
                freed=self.claims.freed,
            )
        self.stager = Stager(config["POLL"])
        self.rescuer = Rescuer(config["LEASE"])
        self.pruner = Pruner(config["HISTORY_DAYS"])
        self._fencing: asyncio.Task[None] | None = None

    @property
    def worker_id(self) -> UUID:
        """This life's boot UUID. A worker that fenced itself comes back under a new one."""
        return self.heart.worker

    async def connect(self) -> None:
        """Start what the engine needs for life, before others take the last connections: its heart.

        Nothing is claimed yet. Raises psycopg.Error without a database.
        """
        async with self._changing:
            if not self._stopped:
                await self.heart.start()

    async def start(self) -> None:
        """Start everything; ready when it returns. Harmless where it runs; an engine runs only once.

        Raises psycopg.Error without a database, RuntimeError after a stop.
        """
        async with self._changing:
            if not self._started:
                await self._start()

    async def _start(self) -> None:
        if self._stopped:
            raise RuntimeError("this engine was stopped; make another")
        self._started = True
        if db.pooled():
            self.claims.poll = self.stager.poll = min(self.config["POLL"], UNTOLD_POLL)
        for voice in self._voices:
            await voice.start()
        self.announcer.subscribe(self._hear)
        self.listener.subscribe(self._hear)
        self.listener.on_reconnect(self._reconnected)
        try:
            await self.heart.start()
        except BaseException:
            await self._stop_voices()
            self._started = False
            raise
        await self.finishes.start()
        for pool in self.pools.values():
            await pool.start()
        for machine in (self.lag, self.progress, self.claims, self.stager, self.rescuer, self.pruner):
            await machine.start()
        self.ready = True
        await publish([Change("worker", str(self.worker_id))])

    async def stop(self, grace: float | None = None) -> None:
        """Stop claiming, let running jobs end for ``grace`` seconds, cancel the rest, hand back what is left.

        The heart beats until the last row is handed back. Safe twice and before the start.
        """
        async with self._changing:
            if self._started:
                await self._stop(self.config["GRACE"] if grace is None else grace)
            else:
                await self.heart.stop()

    async def _stop(self, grace: float) -> None:
        self._started = self.ready = False
        self._stopped = True
        tickers = (self.lag, self.claims, self.stager, self.rescuer, self.pruner)
        await asyncio.gather(*(ticker.stop() for ticker in tickers))
        for pool in self.pools.values():
            pool.forget_buffered()
        await self._drain(grace)
        await self._store_outcomes()
        await asyncio.gather(*(pool.stop() for pool in self.pools.values()))
        await asyncio.gather(self.finishes.stop(), self.progress.stop())
        await self._hand_back()
        await self.heart.stop()
        await publish([Change("worker", str(self.worker_id))])
        self.executor.close()
        await self._stop_voices()

    def hurry(self) -> None:
        """A stop waits for no handler any more, whether it is under way or still to come."""
        self._hurry.set()

    def status(self) -> dict[str, Any]:
        """What this process does now, ready for JSON."""
        return {
            "worker": str(self.worker_id),
            "ready": self.ready and self.heart.alive,
            "counts": dict(self.finishes.counts),
            **self.load(),
        }

    def load(self) -> dict[str, Any]:
        """How busy each queue's slots and buffer are, and by how many milliseconds the loop is late.

        Only numbers are read: any thread may ask, the loop need not turn.
        """
        return {
            "queues": {
                name: {
                    "slots": pool.slots,
                    "busy": pool.busy,
                    "buffered": len(pool.buffer),
                    "prefetch": pool.prefetch,
                }
                for name, pool in self.pools.items()
            },
            **self.lag.status(),
        }

    async def _drain(self, grace: float) -> None:
        """Wait until no handler runs; those that do after the grace, or in a hurry, are cancelled."""
        idle = asyncio.create_task(self._idle(), name="jobs.idle")
        hurry = asyncio.create_task(self._hurry.wait(), name="jobs.hurry")
        try:
            await asyncio.wait([idle, hurry], timeout=grace, return_when=asyncio.FIRST_COMPLETED)
            if (busy := self._busy()) and not hurry.done():
                runs = "1 handler still runs" if busy == 1 else f"{busy} handlers still run"
                logger.warning("%s after %g s: cancelled", runs, grace)
            until = time.monotonic() + CUT_OFF
            while self._busy() and time.monotonic() < until:
                await self.executor.interrupt()  # again, for those that were about to begin
                await asyncio.wait([idle], timeout=0.1)
        finally:
            idle.cancel()
            hurry.cancel()

    def _busy(self) -> int:
        return sum(pool.busy for pool in self.pools.values())

    async def _idle(self) -> None:
        for pool in self.pools.values():
            await pool.idle.wait()

    async def _store_outcomes(self) -> None:
        try:
            async with asyncio.timeout(5):
                await self._idle()
                await self.finishes.drained()
        except TimeoutError:
            logger.error("not every outcome could be stored; those jobs are handed back")

    async def _hand_back(self) -> None:
        try:
            async with asyncio.timeout(3), guarded() as conn:
                rows = await moves.release(conn, self.worker_id)
        except LOST as error:
            logger.warning(
                "jobs could not be handed back, they are rescued when the lease ends: %s", reason(error)
            )
            return
        self.held.clear()
        if rows:
            logger.info("%d jobs were handed back", len(rows))
        await publish(moves.moved(rows))

    async def _stop_voices(self) -> None:
        self.announcer.unsubscribe(self._hear)
        self.listener.unsubscribe(self._hear)
        for voice in reversed(self._voices):
            await voice.stop()

    def _hear(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if change.kind == "ready":
                self.claims.tell(change.id)
            elif change.kind == "scheduled":
                self.stager.wake()

    def _reconnected(self) -> None:
        self.claims.look_everywhere()
        self.stager.wake()

    def _fenced(self) -> None:
        """The lease may run out: let go of everything. Whatever still runs, its writes are fenced."""
        for pool in self.pools.values():
            pool.forget_buffered()
        self._fencing = asyncio.create_task(self.executor.interrupt(), name="jobs.fence")

    def _revived(self) -> None:
        self.claims.look_everywhere()
        self.rescuer.wake()
        told = publish([Change("worker", str(self.worker_id))])
        self._telling = asyncio.create_task(told, name="jobs.revived")
