"""Jobs with data nobody can be told in full."""

from jobs.encode import MAX_DEPTH, depth
from jobs.store import Row


def cut_deep(job: Row) -> Row:
    """The job with None for what is nested too deep to be sent; ``cut`` names that.

    Nothing that deep is taken in any more, but a job may be older than that.
    """
    deep = sorted(name for name in ("args", "kwargs", "result") if depth(job[name]) > MAX_DEPTH)
    return job | dict.fromkeys(deep) | {"cut": deep}
