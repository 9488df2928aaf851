"""What changed, told after the commit. A change is a hint: whoever hears it reads the row."""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple


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
    """Tell every process on the database. Call it after the commit, never inside a transaction."""
    if not changes:
        return
    if outlet.publish is not None:
        await outlet.publish(changes)
    else:
        from jobs.engine.announcer import notify_once

        await notify_once(changes)
