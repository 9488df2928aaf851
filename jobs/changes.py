"""What changed, told after the commit. A change is a hint: whoever hears it reads the row."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from jobs.away import LOST

logger = logging.getLogger(__name__)


class Change(NamedTuple):
    """One row's new version.

    kind is what it is (``job``, ``order``, ``account``, ``worker``), or ``ready`` for "the queue with this
    id has jobs to claim".
    """

    kind: str
    id: str
    version: int = 0


Publish = Callable[[Sequence[Change]], Awaitable[None]]


class _Outlet:
    """Where this process's changes go: its announcer, while one runs; else straight to the database."""

    def __init__(self) -> None:
        self.publish: Publish | None = None


outlet = _Outlet()


async def publish(changes: Sequence[Change]) -> None:
    """Tell every process on the database. Call it after the commit, never inside a transaction.

    A database that does not take the notification is logged: what is committed must not look undone.
    """
    if not changes:
        return
    if outlet.publish is not None:
        await outlet.publish(changes)
        return
    from jobs.engine import announcer

    try:
        await announcer.notify_once(changes)
    except LOST as error:
        logger.warning("%d changes were not announced, they are polled for: %r", len(changes), error)
