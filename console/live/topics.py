"""Topics: what can be watched, and what one must be allowed to."""

from dataclasses import dataclass
from uuid import UUID

ORDERS = frozenset({"orders.view_order"})
JOBS = frozenset({"jobs.view_job"})

LISTS = {"orders": ORDERS, "jobs": JOBS}
DETAILS = {"order": ORDERS, "job": JOBS}


class UnknownTopic(Exception):
    """There is no such topic."""


@dataclass(frozen=True, slots=True)
class Topic:
    """kind is ``dashboard``, ``orders``, ``jobs``, ``order`` or ``job``; the last two have a row's id."""

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
                return Topic(kind, str(UUID(row)))
            except ValueError:
                pass
        raise UnknownTopic(f"there is no topic {text[:100]!r}")
    raise UnknownTopic("a topic is a text")
