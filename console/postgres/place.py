"""Where one built-in server lives."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

USER = DATABASE = "headrace"
PORT = 5432  # names the socket; nothing listens on TCP


@dataclass(frozen=True, slots=True)
class Place:
    """The server's folder, and what follows from it: every process computes the same address."""

    folder: Path

    @property
    def key(self) -> str:
        return hashlib.sha256(os.fsencode(self.folder.resolve())).hexdigest()[:12]

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def socket(self) -> Path:
        """A directory in /tmp: a socket's path may have about 100 characters, a project's may have more."""
        return Path("/tmp") / f"headrace-{os.geteuid()}-{self.key}"  # noqa: S108

    @property
    def url(self) -> str:
        return f"postgres://{USER}@{quote(str(self.socket), safe='')}/{DATABASE}"
