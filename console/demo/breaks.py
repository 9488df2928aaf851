"""Breaks something in the demo, heals it, and says what is found afterwards: one thing at a time."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Min
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from console.demo.errands import send
from console.demo.gate import Gate
from console.demo.kinds import KINDS, Kind
from console.demo.spare import Spare, in_hand
from console.demo.tasks import count_stock
from console.demo.traffic import Traffic
from console.demo.upstream import Upstream
from console.live.verdict import is_missed
from jobs import db
from jobs.away import UNUSABLE
from jobs.engine.machine import end
from jobs.enqueue import new_job
from jobs.models import Attempt, History, Job
from jobs.store import workers
from orders.ledger_check import check
from orders.models import Order

log = logging.getLogger(__name__)

#: Seconds between the button and the break: time to open the page one wants to watch.
LEAD = 3.0
#: Seconds that one may look for what shows the recovery, and between two looks.
RECOVERY, LOOK = 90.0, 0.2
#: Seconds that an answer of the slowed carriers is late.
LATE = 3.0
#: Orders looked up in one question.
CHUNK = 5_000


class Found(NamedTuple):
    """Something found out, in words that are filled in and translated when they are read."""

    at: datetime
    words: Promise
    facts: dict[str, Any]


class Breaks:
    """Breaks one thing at a time. ``gate`` is None where the database is not the demo's to cut."""

    def __init__(self, upstream: Upstream, spare: Spare, traffic: Traffic, gate: Gate | None) -> None:
        self._upstream, self._spare, self._traffic, self._gate = upstream, spare, traffic, gate
        self._task: asyncio.Task[None] | None = None
        self._enough = asyncio.Event()
        self._until = 0.0
        #: The kind of the last break, and where it stands: "", soon, broken, recovering, and at
        #: its end healed or failed.
        self.kind = ""
        self.phase = ""
        self.found: list[Found] = []
        #: The life that was killed last, and how many jobs it had in hand.
        self._victim: UUID | None = None
        self._had = 0

    @property
    def kinds(self) -> dict[str, Kind]:
        """What can be broken here."""
        return {code: kind for code, kind in KINDS.items() if code != "database" or self._gate is not None}

    @property
    def busy(self) -> bool:
        return self._task is not None and not self._task.done()

    @property
    def mendable(self) -> bool:
        """Whether a person may heal it: with the database cut off nobody can say who they are."""
        return self.phase == "broken" and self.kind != "database"

    @property
    def left(self) -> float:
        """Seconds until what is counted down; 0 where nothing is."""
        return max(0.0, self._until - time.monotonic())

    def begin(self, kind: str, who: str) -> bool:
        """Break it soon, unless something is broken already; whether it will be."""
        if self.busy or kind not in self.kinds:
            return False
        log.warning("%s breaks something in %g s: %s", who, LEAD, kind)
        self.kind, self.phase, self.found = kind, "soon", []
        self._enough.clear()
        self._until = time.monotonic() + LEAD
        self._task = asyncio.create_task(self._run(kind), name=f"demo break {kind}")
        return True

    def mend(self, who: str) -> bool:
        """Heal at once what is broken; whether anything is."""
        if not self.mendable:
            return False
        log.warning("%s mends it", who)
        self._enough.set()
        return True

    async def stop(self) -> None:
        """Heal what is broken and look no further. Safe twice."""
        task, self._task = self._task, None
        if task is not None:
            await end(task)

    async def _run(self, kind: str) -> None:
        began, outcome = time.monotonic(), "failed"
        try:
            await self._wait(LEAD)
            async with {
                "silent": self._silent,
                "slow": self._slow,
                "worker": self._killed,
                "database": self._cut,
            }[kind]():
                self.phase = "broken"
                await self._wait(KINDS[kind].seconds)
            healed, at = time.monotonic(), timezone.now()
            self.phase, self._until = "recovering", 0.0
            self._say(_("Whole again after %(seconds)s s."), seconds=f"{healed - began - LEAD:.1f}")
            if await self._recover(kind, began, healed, at):
                outcome = "healed"
        except Exception:
            log.exception("the break was not seen to its end")
            self._say(_("It was not seen to its end: the log says why."))
        finally:
            self.phase, self._until = outcome, 0.0

    async def _wait(self, seconds: float) -> None:
        """Count down; a person may cut it short."""
        self._until = time.monotonic() + seconds
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._enough.wait()

    def _say(self, words: Promise, **facts: Any) -> None:
        self.found.append(Found(timezone.now(), words, facts))
        log.warning("demo: %s", str(words) % facts)

    # ── what is broken ───────────────────────────────────────────────────────────────────────────────────

    @asynccontextmanager
    async def _silent(self) -> AsyncIterator[None]:
        self._upstream.fall_silent()
        self._say(_("The carriers answer nothing."))
        try:
            yield
        finally:
            self._upstream.answer_again()

    @asynccontextmanager
    async def _slow(self) -> AsyncIterator[None]:
        self._upstream.late = LATE
        self._say(_("The carriers answer %(seconds)g s late."), seconds=LATE)
        try:
            yield
        finally:
            self._upstream.late = 0.0

    @asynccontextmanager
    async def _cut(self) -> AsyncIterator[None]:
        assert self._gate is not None
        lines = await self._gate.cut()
        self._say(_("The database is cut off: %(lines)d lines have ended."), lines=lines)
        try:
            yield
        finally:
            self._gate.mend()

    @asynccontextmanager
    async def _killed(self) -> AsyncIterator[None]:
        await self._spare.start()
        name = self._spare.name
        await send([new_job(count_stock) for _each in range(4)])
        await _until(self._works)
        self._victim = await self._spare.worker()
        await self._spare.kill()
        self._had = await in_hand(self._victim) if self._victim else 0
        words = _("Worker %(name)s is killed; jobs in its hands: %(jobs)d.")
        self._say(words, name=name, jobs=self._had)
        yield
        await self._spare.start()  # not where the demo ends meanwhile

    async def _works(self) -> bool:
        worker = await self._spare.worker()
        return worker is not None and await in_hand(worker, task=count_stock.module_path) > 0

    # ── what is found afterwards ─────────────────────────────────────────────────────────────────────────

    async def _recover(self, kind: str, began: float, healed: float, at: datetime) -> bool:
        """Say what became of it; whether nothing was lost and nothing is left behind."""
        let_go = True
        if kind == "worker" and self._victim is not None:
            let_go = bool(await _until(self._let_go))
            again = await Attempt.objects.filter(
                worker=self._victim, outcome="lost", ended_at__gt=at - timedelta(minutes=2)
            ).acount()
            words = _("Jobs rescued from it: %(jobs)d of %(had)d, %(seconds)s s after its place was taken.")
            self._say(words, jobs=again, had=self._had, seconds=f"{time.monotonic() - healed:.1f}")
        elif first := await _until(lambda: _first_claim(at)):
            self._say(
                _("First job claimed %(seconds)s s after that."),
                seconds=f"{(first - at).total_seconds():.2f}",
            )
        else:
            self._say(_("No job was claimed within %(seconds)g s."), seconds=RECOVERY)
        orders = self._traffic.acknowledged(began)
        words = _("Orders acknowledged meanwhile: %(orders)d, lost: %(lost)d.")
        lost = await _lost(orders)
        self._say(words, orders=len(orders), lost=lost)
        problems = await check()
        self._say(_("The ledger does not add up.") if problems else _("The ledger adds up."))
        return let_go and not lost and not problems

    async def _let_go(self) -> bool:
        """Whether its jobs were rescued: the dashboard's verdict misses it no more either."""
        async with db.connection() as conn:
            return not any(row["id"] == str(self._victim) and is_missed(row) for row in await workers(conn))


async def _until(look: Callable[[], Any]) -> Any:
    """What ``look`` finds, once it does; the last it found after RECOVERY. A database may be away."""
    seen: Any = None
    over = time.monotonic() + RECOVERY
    while not seen and time.monotonic() < over:
        with contextlib.suppress(*UNUSABLE):
            seen = await look()
        if not seen:
            await asyncio.sleep(LOOK)
    return seen


async def _first_claim(after: datetime) -> datetime | None:
    """When the first job was claimed after that; None: none was, so far."""
    hot = await Job.objects.filter(state="running", started_at__gt=after).aaggregate(at=Min("started_at"))
    over = await History.objects.filter(finished_at__gt=after, started_at__gt=after).aaggregate(
        at=Min("started_at")
    )
    return min((each["at"] for each in (hot, over) if each["at"]), default=None)


async def _lost(orders: list[UUID]) -> int:
    """How many of these orders there are not."""
    there = 0
    for at in range(0, len(orders), CHUNK):
        there += await Order.objects.filter(id__in=orders[at : at + CHUNK]).acount()
    return len(orders) - there


_current: Breaks | None = None


def current() -> Breaks | None:
    """The breaks of the demo that runs here now, if one does."""
    return _current


def run(breaks: Breaks | None) -> None:
    """From now on these are the ones of this process."""
    global _current
    _current = breaks
