"""How many connections a process may open, and how many such processes a server has room for."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal, NamedTuple


@dataclass(frozen=True, slots=True)
class Budget:
    """The most connections one process opens at once, by who uses them."""

    pool: int
    orm: int
    listener: int = 1
    announcer: int = 1
    heart: int = 1

    @property
    def total(self) -> int:
        return sum(getattr(self, field.name) for field in fields(self))


class Ceiling(NamedTuple):
    """A limit on connections: of the server, of the database or of the role that connects.

    ``others`` are the connections under it that are not Headrace's; ``processes`` are Headrace's processes.
    """

    of: Literal["server", "database", "role"]
    most: int
    others: int
    processes: int

    @property
    def left(self) -> int:
        """What is left for Headrace."""
        return max(0, self.most - self.others)


@dataclass(frozen=True, slots=True)
class Standing:
    """One process's budget under one ceiling."""

    budget: Budget
    ceiling: Ceiling

    @property
    def fitting(self) -> int:
        """Processes with this budget that have room together."""
        return self.ceiling.left // self.budget.total

    @property
    def processes(self) -> int:
        """Those that run, this one among them."""
        return max(1, self.ceiling.processes)

    @property
    def wanted(self) -> int:
        """What the processes that run may open together."""
        return self.processes * self.budget.total

    @property
    def spare(self) -> int:
        """Connections that stay free when all of them are open; less than 0: that many are missing."""
        return self.ceiling.left - self.wanted


def tightest(budget: Budget, ceilings: Sequence[Ceiling]) -> Standing:
    """Where a process stands under the ceiling that leaves the least. The server's is always there."""
    return min((Standing(budget, ceiling) for ceiling in ceilings), key=lambda standing: standing.spare)
