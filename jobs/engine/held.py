"""What this process has claimed and not finished."""

from collections.abc import Iterable
from uuid import UUID

from jobs.outcome import ClaimedJob


class Held:
    """Jobs claimed and not yet finished, by id. A running row of ours that is not here is a stray."""

    def __init__(self) -> None:
        self._fences: dict[UUID, int] = {}

    def __len__(self) -> int:
        return len(self._fences)

    def add(self, jobs: Iterable[ClaimedJob]) -> None:
        self._fences.update((job.id, job.fence) for job in jobs)

    def forget(self, jobs: Iterable[ClaimedJob]) -> None:
        """Drop these claims; a newer claim of the same job stays."""
        for job in jobs:
            if self._fences.get(job.id) == job.fence:
                del self._fences[job.id]

    def has(self, job: ClaimedJob) -> bool:
        """Whether this very claim is still held."""
        return self._fences.get(job.id) == job.fence

    def ids(self) -> list[UUID]:
        return list(self._fences)

    def clear(self) -> None:
        self._fences.clear()
