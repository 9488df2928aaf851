"""Jobs with data nobody can be told in full.

Nothing of the kind is taken in any more, but a job may be older than that, or put there by SQL.
"""

from typing import Any

from jobs.encode import Unreadable, is_deep, load
from jobs.store import DOCUMENTS, Row


def readable(text: str) -> Any:
    """The value of a job's document, or Unreadable; that is also what is nested too deep to be sent."""
    return Unreadable() if is_deep(text.encode()) else load(text)


def cut(job: Row) -> Row:
    """The job, its documents ``readable``, with None for what is not; ``cut`` names that."""
    gone = sorted(name for name in DOCUMENTS if isinstance(job[name], Unreadable))
    return job | dict.fromkeys(gone) | {"cut": gone}
