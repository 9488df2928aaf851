"""Topics: what can be watched, and what one must be allowed to."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

ORDERS = frozenset({"orders.view_order"})
JOBS = frozenset({"jobs.view_job"})

ACCOUNTS = frozenset({"orders.view_account"}) | ORDERS  # transfers name their orders
LISTS = {"orders": ORDERS, "jobs": JOBS, "accounts": ACCOUNTS}
DETAILS = {"order": ORDERS, "job": JOBS, "account": ACCOUNTS}


def _number(text: str) -> int:
    """The id of an account. Raises ValueError."""
    if not re.fullmatch("[1-9][0-9]{0,18}", text) or int(text) >= 1 << 63:
        raise ValueError(text[:20])
    return int(text)


#: What an id of each kind is; raises ValueError for anything else.
ID_OF: Mapping[str, Callable[[str], UUID | int]] = {"order": UUID, "job": UUID, "account": _number}


class UnknownTopic(Exception):
    """There is no such topic."""


@dataclass(frozen=True, slots=True)
class Topic:
    """kind is ``dashboard``, ``orders``, ``jobs``, ``accounts``, ``order``, ``job`` or ``account``; the last
    three have a row's id.
    """

    kind: str
    id: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else self.kind

    @property
    def permissions(self) -> frozenset[str]:
        """All of these are needed to watch it."""
        if self.kind == "dashboard":
            return ORDERS | JOBS
        return LISTS.get(self.kind) or DETAILS[self.kind]


def parse(text: object) -> Topic:
    """The topic of this name. Raises UnknownTopic."""
    if isinstance(text, str):
        kind, _, row = text.partition(":")
        if not row and text in ("dashboard", *LISTS):
            return Topic(text)
        if kind in DETAILS:
            try:
                return Topic(kind, str(ID_OF[kind](row)))
            except ValueError:
                pass
        raise UnknownTopic(f"there is no topic {text[:100]!r}")
    raise UnknownTopic("a topic is a text")
