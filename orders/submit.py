"""Taking orders in: the one use case behind the form, the API, the socket, the file and the command."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from jobs import db
from jobs.changes import Change
from jobs.enqueue import enqueue_on, new_job
from orders.admission import Full, admission
from orders.audit import write_audit
from orders.pricing import Priced, Problem, price, read_shop
from orders.schema import OrderIn, digest
from orders.statements import sql
from orders.timeline import add_events

#: Orders one call may submit. Each key is an advisory lock until the commit, and PostgreSQL's lock table
#: by default has room for some six thousand.
MAX_SUBMISSIONS = 300

#: An idempotency key: what an HTTP header can carry, since all doors share one space of keys.
KEY = re.compile(r"[\x21-\x7e]{1,255}")

#: The state and version every order begins with, and so of every answer.
NEW = ("received", 1)

#: Seconds after which a client may ask again: one whose key is still running, one that came to a full house.
RETRY_AFTER, RETRY_WHEN_FULL = 1.0, 5.0


@dataclass(frozen=True, slots=True)
class Submission:
    """An order, and the client's idempotency key for it (KEY).

    Without a key every submission is a new order.
    """

    order: OrderIn
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The order that is kept, as it was kept. ``replayed``: that was before, by the same key and order."""

    id: UUID
    number: int
    state: str
    version: int
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was kept; ``retry_after`` in seconds where the same call may succeed later."""

    code: Literal["invalid", "key_reused", "running", "duplicate_reference", "busy"]
    errors: list[Problem]
    retry_after: float | None = None


Outcome = Answer | Refusal


@dataclass(frozen=True, slots=True)
class _Draft:
    """A submission on its way in; ``place`` is where its answer goes."""

    place: int
    order: OrderIn
    key: str | None
    digest: bytes
    id: UUID = field(default_factory=uuid7)


async def submit(
    submissions: Sequence[Submission], *, client: int, actor: str, reason: str = "", door: str
) -> list[Outcome]:
    """Keep these orders, each with a job that secures it, and answer in the same order after the commit.

    One transaction for the whole list; a refused order does not hinder the others. ``client`` is the Django
    user in whose space the keys and references are. Where too many are on their way in already, the whole
    list is refused as busy. Raises ValueError past MAX_SUBMISSIONS.
    """
    if len(submissions) > MAX_SUBMISSIONS:
        raise ValueError(f"{len(submissions)} orders in one call, {MAX_SUBMISSIONS} at most")
    drafts = [
        _Draft(place, submission.order, submission.key, digest(submission.order))
        for place, submission in enumerate(submissions)
    ]

    async def work() -> list[Outcome]:
        async with db.transaction() as tx:
            return await _Intake(tx, client, actor, reason, door).take(drafts)

    try:
        async with admission().enter(len(drafts)):
            return await db.retrying(work)
    except Full:
        return [_busy() for _draft in drafts]


class _Intake:
    """One transaction's way through a list: what is decided leaves the list, what remains is kept."""

    def __init__(self, tx: db.Transaction, client: int, actor: str, reason: str, door: str) -> None:
        self.tx, self.client, self.actor, self.reason, self.door = tx, client, actor, reason, door
        self.outcomes: dict[int, Outcome] = {}

    async def take(self, drafts: Sequence[_Draft]) -> list[Outcome]:
        firsts: dict[str, _Draft] = {}
        for draft in drafts:
            if draft.key is not None:
                firsts.setdefault(draft.key, draft)
        going = [draft for draft in drafts if draft.key is None or firsts[draft.key] is draft]
        await self._keep(await self._priced(await self._without_known_keys(going)))
        for draft in drafts:
            if draft.key is not None and firsts[draft.key] is not draft:
                self._repeat(draft, firsts[draft.key])
        return [self.outcomes[draft.place] for draft in drafts]

    def _repeat(self, twin: _Draft, first: _Draft) -> None:
        """The same key a second time in one list: the first one's answer, if it is the same order."""
        outcome = self.outcomes[first.place]
        if twin.digest != first.digest:
            outcome = _key_reused()
        elif isinstance(outcome, Answer):
            outcome = replace(outcome, replayed=True)
        self.outcomes[twin.place] = outcome

    async def _without_known_keys(self, drafts: list[_Draft]) -> list[_Draft]:
        keys = [draft.key for draft in drafts if draft.key is not None]
        if not keys:
            return drafts
        locks = await self.tx.conn.fetch(sql("lock_keys"), self.client, keys)
        mine = {row["key"] for row in locks if row["mine"]}
        # A statement of its own: its snapshot is younger than the locks and sees what their last owners kept.
        stored = {row["key"]: row for row in await self.tx.conn.fetch(sql("find_keys"), self.client, keys)}
        going = []
        for draft in drafts:
            if draft.key is None:
                going.append(draft)
            elif row := stored.get(draft.key):
                answer = Answer(row["id"], row["number"], *NEW, replayed=True)
                self.outcomes[draft.place] = answer if row["digest"] == draft.digest else _key_reused()
            elif draft.key in mine:
                going.append(draft)
            else:
                self.outcomes[draft.place] = _running()
        return going

    async def _priced(self, drafts: list[_Draft]) -> list[tuple[_Draft, Priced]]:
        if not drafts:
            return []
        shop = await read_shop(self.tx.conn, [draft.order for draft in drafts])
        going = []
        for draft in drafts:
            priced = price(draft.order, shop)
            if isinstance(priced, Priced):
                going.append((draft, priced))
            else:
                self.outcomes[draft.place] = Refusal("invalid", priced)
        return going

    async def _keep(self, drafts: list[tuple[_Draft, Priced]]) -> None:
        if not drafts:
            return
        rows = await self.tx.conn.fetch(
            sql("insert_orders"),
            [draft.id for draft, _priced in drafts],
            [draft.order.reference for draft, _priced in drafts],
            [priced.customer for _draft, priced in drafts],
            [draft.order.currency for draft, _priced in drafts],
            [priced.total for _draft, priced in drafts],
            self.client,
            self.door,
        )
        answers = {row["id"]: Answer(row["id"], row["number"], row["state"], row["version"]) for row in rows}
        kept = [(draft, priced) for draft, priced in drafts if draft.id in answers]
        self.outcomes |= {draft.place: answers[draft.id] for draft, _priced in kept}
        await self._refuse_references([draft for draft, _priced in drafts if draft.id not in answers])
        if kept:
            await self._insert_lines(kept)
            await self._insert_keys(draft for draft, _priced in kept)
            await self._set_going([answers[draft.id] for draft, _priced in kept])

    async def _refuse_references(self, drafts: list[_Draft]) -> None:
        if not drafts:
            return
        references = [draft.order.reference for draft in drafts]
        rows = await self.tx.conn.fetch(sql("find_references"), self.client, references)
        numbers = {row["external_ref"]: row["number"] for row in rows}
        for draft in drafts:
            words = _("was used before, for order #%(number)s") % {
                "number": numbers.get(draft.order.reference, "?")
            }
            problem = Problem(field="reference", message=words)
            self.outcomes[draft.place] = Refusal("duplicate_reference", [problem])

    async def _insert_lines(self, kept: list[tuple[_Draft, Priced]]) -> None:
        lines = [
            (draft.id, place, line.sku, line.quantity, unit_price)
            for draft, priced in kept
            for place, (line, unit_price) in enumerate(
                zip(draft.order.lines, priced.unit_prices, strict=True), start=1
            )
        ]
        await self.tx.conn.execute(sql("insert_lines"), *db.by_column(lines, 5))

    async def _insert_keys(self, kept: Iterable[_Draft]) -> None:
        keys = [(draft.key, draft.digest, draft.id) for draft in kept if draft.key is not None]
        if keys:
            await self.tx.conn.execute(sql("insert_keys"), self.client, *db.by_column(keys, 3))

    async def _set_going(self, answers: list[Answer]) -> None:
        """Timeline, jobs, audit."""
        from orders.tasks import secure  # the tasks import the use cases

        await add_events(
            self.tx,
            [(answer.id, answer.state, self.reason, {"door": self.door}) for answer in answers],
            actor=self.actor,
        )
        jobs = [new_job(secure, str(answer.id), subject=f"order:{answer.id}") for answer in answers]
        await enqueue_on(self.tx, jobs)
        self.tx.announce(*(Change("order", str(answer.id), answer.version) for answer in answers))
        await write_audit(
            self.tx,
            actor=self.actor,
            action="order.submit",
            subject=f"order:{answers[0].id}" if len(answers) == 1 else "orders",
            reason=self.reason,
            data={"door": self.door, "orders": [[str(answer.id), answer.number] for answer in answers]},
        )


def _key_reused() -> Refusal:
    words = _("was used before, with another order")
    return Refusal("key_reused", [Problem(field="key", message=words)])


def _running() -> Refusal:
    words = _("is being worked on right now")
    return Refusal("running", [Problem(field="key", message=words)], retry_after=RETRY_AFTER)


def _busy() -> Refusal:
    words = _("too many orders are coming in right now; try again")
    return Refusal("busy", [Problem(field="", message=words)], retry_after=RETRY_WHEN_FULL)
