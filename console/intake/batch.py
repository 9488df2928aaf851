"""What a file's orders are called together: a part of the keys of those that are known by content alone."""

import os

from console.intake.source import Source

#: Characters of a batch's name, as of a key; a file's name is never longer.
MAX_BATCH = 255


def is_batch(name: str) -> bool:
    """Whether one may say so: as wide as what files are called, since who renamed one says its old name."""
    return bool(name.strip()) and len(name) <= MAX_BATCH and name.isprintable()


def batch_of(source: Source) -> str:
    """The file's name without its folder; ``-`` for a pipe, whose name is an accident."""
    return os.path.basename(source.name) if source.is_file else "-"
