"""Sources: what a topic's snapshot holds, and what of a later reading its watchers have not been told."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from console.documents import Document
from console.live.filters import EVERYTHING, OTHER, Filter
from console.live.frames import encode
from console.live.series import Series
from console.live.topics import Topic
from console.live.versions import Row, Versions
from jobs import db
from jobs.encode import is_deep
from jobs.store import DOCUMENTS, by_state, job_counts, job_detail, jobs_page
from orders.store import (
    account_now,
    attention_counts,
    customer_counts,
    order_counts,
    order_detail,
    orders_page,
)

Data = dict[str, Any]

#: Bytes a job's own data may have on its topic. Past it the API has it: here it would go to everybody who
#: watches, again with each change, and a socket that has too much unsent is cut.
MAX_JOB = 1 << 20
#: Levels of a document that a client can read: most, the pages' among them, give up past 1,024 in a frame.
MAX_LEVELS = 1_000
#: The parts of a job that have no bound. A job is told without them, so that a page keeps what it shows.
UNBOUNDED = frozenset({"args", "kwargs", "result", "attempts"})

#: Rows of a list's snapshot.
PAGE = 50
#: What the counts by state that are sampled can be narrowed to.
COUNTED_BY: dict[str, frozenset[str]] = {"orders": frozenset(), "jobs": frozenset({"queue", "task"})}
#: Rows of one event; more go into the next.
CHUNK = 200


class Source(Protocol):
    """Where one watch gets its data."""

    async def read(self) -> Data | None:
        """The whole, for a snapshot; None where there is no such thing."""
        ...

    def news(self, data: Data) -> list[Data]:
        """What of this reading has not been told: events, mostly none or one."""
        ...

    def forget(self) -> None:
        """Nothing counts as told any more."""
        ...


class ListSource:
    """``orders`` or ``jobs`` under one filter."""

    def __init__(self, kind: str, filter: Filter) -> None:
        self.kind = kind
        self.filter = filter
        #: What of the orders is counted here, where nobody samples that: one customer's, or those that need
        #: a person; and whether something of it has moved since.
        self.apart = _apart(filter)
        self.moved = False
        self.forget()

    def forget(self) -> None:
        self._versions = Versions(self.filter)
        self._counts: Mapping[str, int] | None = None

    async def read(self) -> Data:
        async with db.connection() as conn:
            if self.apart is None:
                counts = self.counts(await (order_counts if self.kind == "orders" else job_counts)(conn))
            else:
                counts = await _counted(conn, *self.apart)
            data: Data = {"rows": [], "changed": True}
            if self.filter != OTHER:
                page = orders_page if self.kind == "orders" else jobs_page
                only: dict[str, Any] = dict(self.filter)
                data = {"rows": await page(conn, limit=PAGE, **only)}
            return data if counts is None else data | {"counts": counts}

    def counts(self, counted: Any) -> Mapping[str, int] | None:
        """Counts by state of what the filter lets through, whichever state it names, out of what order_counts
        or job_counts says; None where nobody counts that.
        """
        only = {field: value for field, value in self.filter if field != "state"}
        if not only.keys() <= COUNTED_BY[self.kind]:
            return None
        return counted if self.kind == "orders" else by_state(counted, **only)

    async def recount(self) -> Mapping[str, int]:
        """Counts of what is counted apart as they are now; should that fail, it is still to be done."""
        assert self.apart is not None
        try:
            async with asyncio.timeout(10), db.connection() as conn:
                return await _counted(conn, *self.apart)
        except BaseException:
            self.moved = True
            raise

    def news(self, data: Data) -> list[Data]:
        events, counted = self.changed(data["rows"]), self.counted(data.get("counts"))
        if events and counted:
            events[-1]["counts"] = data["counts"]
        return events or counted

    def changed(self, rows: Sequence[Row]) -> list[Data]:
        """Events for these rows: ``rows`` as they are now, ``gone`` the ids that have left the list.

        Under OTHER all are told, for pages to renew those they show; of the list only that it ``changed``.
        """
        if self.apart is not None:
            field, value = self.apart
            # What needed a person before it moved does not say so any more.
            self.moved |= any(field == "attention" or row[field] == value for row in rows)
        news, gone = self._versions.sift(rows)
        more = {"changed": True} if self.filter == OTHER else {}
        events: list[Data] = [{"rows": news[at : at + CHUNK], **more} for at in range(0, len(news), CHUNK)]
        if gone:
            events[-1]["gone"] = gone
        return events

    def counted(self, counts: Mapping[str, int] | None) -> list[Data]:
        """An event where the counts differ from those told last."""
        if counts is None or counts == self._counts:
            return []
        self._counts = counts
        return [{"rows": [], "counts": counts}]


class AccountsSource:
    """``accounts``: each whose balance changes, for pages to renew those they show. Nobody reads them all:
    after a gap a page hears that the list has changed.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._versions = Versions(EVERYTHING)

    async def read(self) -> Data:
        return {"rows": [], "changed": True}

    def news(self, data: Data) -> list[Data]:
        return []

    def changed(self, rows: Sequence[Row]) -> list[Data]:
        news, _gone = self._versions.sift([{**row, "id": str(row["id"])} for row in rows])
        return [{"rows": news[at : at + CHUNK]} for at in range(0, len(news), CHUNK)]


def _apart(filter: Filter) -> tuple[str, str] | None:
    """A filter, its state left out, by which orders are counted apart; None: not by this one."""
    match [pair for pair in filter if pair[0] != "state"]:
        case [("customer" | "attention" as field, value)]:
            return field, value
    return None


async def _counted(conn: db.Connection, field: str, value: str) -> Mapping[str, int]:
    return await (customer_counts(conn, value) if field == "customer" else attention_counts(conn))


#: How a detail of each kind is read.
READ: Mapping[str, Callable[[db.Connection, str], Awaitable[Data | None]]] = {
    "order": order_detail,
    "job": partial(job_detail, read=Document),
    "account": account_now,
}


class DetailSource:
    """One order, one job or one account with everything about it."""

    def __init__(self, topic: Topic, *, jobs: bool = True) -> None:
        self.topic = topic
        #: Whether an order is told with its jobs.
        self.jobs = jobs
        self.forget()

    def forget(self) -> None:
        self.version = 0
        self._told: Data | None = None

    async def read(self) -> Data | None:
        async with db.connection() as conn:
            found = await READ[self.topic.kind](conn, self.topic.id)
        if found is None:
            return None
        if self.topic.kind == "job":
            found = bounded(found)
        elif not self.jobs:
            found.pop("jobs")
        return {self.topic.kind: found}

    def news(self, data: Data) -> list[Data]:
        version = data[self.topic.kind]["version"]
        if version < self.version or data == self._told:
            return []
        self.version, self._told = version, data
        return [data]


def bounded(job: Data) -> Data:
    """The job without what a socket does not carry, or a client could not read; ``cut`` names that."""
    cut = UNBOUNDED
    if len(encode({"job": job})) <= MAX_JOB:
        cut = frozenset(
            name for name in DOCUMENTS if job[name] and is_deep(job[name].text.encode(), MAX_LEVELS)
        )
    kept = {name: value for name, value in job.items() if name not in cut}
    return kept | {"cut": sorted(cut)} if cut else kept


class DashboardSource:
    """Everything at a glance. Its events are the sampler's; a reading only serves who comes anew."""

    def __init__(self, series: Series) -> None:
        self._series = series

    async def read(self) -> Data:
        return self._series.whole()

    def news(self, data: Data) -> list[Data]:
        return []

    def forget(self) -> None:
        pass
