"""The peers' environments: ``.data/bench/venv-3.11`` and the like, made on first use from their lock."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.peers import Peer
from tests.benchmarks.programs import ROOT, Failed, Say

LOCK = ROOT / "tests" / "benchmarks" / "requirements.txt"
FOLDER = ROOT / ".data" / "bench"
#: Seconds that pip may take for all of them.
INSTALL = 600.0


class Environments:
    """Each is made once a run at most; where that failed, whoever asks again hears the same."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self._made: dict[str, Path | Failed] = {}

    def python(self, peer: Peer) -> Path:
        """A Python that has this peer. Raises Failed, with why there is none."""
        base = interpreter(peer.python)
        minor = version(base)
        if minor not in self._made:
            try:
                self._made[minor] = self._make(base, minor)
            except Failed as error:
                self._made[minor] = error
        made = self._made[minor]
        if isinstance(made, Failed):
            raise made
        return made

    def _make(self, base: str, minor: str) -> Path:
        folder = FOLDER / f"venv-{minor}"
        python, stamp = folder / "bin" / "python", folder / "bench.stamp"
        digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
        if python.exists() and stamp.exists() and stamp.read_text() == digest:
            return python
        self.say(f"the peers' environment for Python {minor}, once")
        FOLDER.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        _run([base, "-m", "venv", "--clear", str(folder)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(LOCK)])
        stamp.write_text(digest)
        return python


def interpreter(least: tuple[int, int]) -> str:
    """This Python, or the newest one on the machine where this one is too old. Raises Failed."""
    if sys.version_info >= least:
        return sys.executable
    found = subprocess.run([ROOT / ".ci" / "newest_python"], capture_output=True, text=True).stdout.strip()
    if not found:
        raise Failed(f"needs Python ≥ {least[0]}.{least[1]}")
    return found


def version(python: str) -> str:
    """Of an interpreter, as in 3.11."""
    return _run([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]).strip()


def installed(python: Path, package: str) -> str:
    """The version of a package in an environment."""
    return _run(
        [str(python), "-c", f"from importlib.metadata import version; print(version({package!r}))"]
    ).strip()


def _run(command: list[str]) -> str:
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=INSTALL, env=environment
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed(f"its environment could not be made: {error}") from error
    if done.returncode:
        last = [line for line in done.stderr.splitlines() if line.strip()][-1:]
        raise Failed(f"its environment could not be made: {' '.join(last)}")
    return done.stdout
