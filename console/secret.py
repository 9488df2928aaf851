"""The key that signs sessions, made once for each installation."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path


def secret_key(path: Path) -> str:
    """The key kept in ``path`` (mode 0600), made by whoever asks first. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        return path.read_text()
    path.parent.mkdir(mode=0o700, exist_ok=True)
    # Written whole beside it and linked into place: of two processes at once, both read the first one's.
    handle, beside = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(beside, path)
    finally:
        os.unlink(beside)
    return path.read_text()
