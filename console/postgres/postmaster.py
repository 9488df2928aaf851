"""A data folder's ``postmaster.pid``: which server runs on it, if any.

Its lines: pid, data folder, start time, port, socket directory, TCP address, shared memory, status.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Postmaster:
    pid: int
    socket: Path | None = None
    status: str = "starting"  # then ready, at last stopping


def running(data: Path) -> Postmaster | None:
    """The server that runs on the folder. A pid file whose process is gone or another program is none."""
    found = read(data)
    return found if found and serves(found.pid, data) else None


def read(data: Path) -> Postmaster | None:
    """What the file says, true or not."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid = abs(int(lines[0]))
    except (FileNotFoundError, IndexError, ValueError):
        return None
    socket = Path(lines[4]) if len(lines) > 4 and lines[4] else None
    return Postmaster(pid, socket, lines[7].strip() if len(lines) > 7 else "starting")


def serves(pid: int, data: Path) -> bool:
    """Whether the process is a server on this folder: a server's working directory is its data folder."""
    if not Path("/proc/self").exists():
        asked = ["ps", "-p", str(pid), "-o", "command="]
        return str(data) in subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    try:
        return (
            os.path.samefile(f"/proc/{pid}/cwd", data) and "postgres" in Path(f"/proc/{pid}/comm").read_text()
        )
    except OSError:
        return False


def mend(data: Path) -> None:
    """Make a stale file one that PostgreSQL steps over. Only call it where no server runs on the folder.

    PostgreSQL refuses to start while the file's pid belongs to any living process, which after a crash may be
    one that got the same number. It ignores its own parent's pid, so that is written in: removing the file
    would also remove its guard against orphans of the old server (the shared memory named in line 7).
    """
    path = data / "postmaster.pid"
    if not path.exists():
        return
    if read(data) is None:
        path.unlink()  # empty or garbled: the server died while it wrote the file, before it had children
        return
    _, _, rest = path.read_text().partition("\n")
    path.write_text(f"{os.getpid()}\n{rest}")
