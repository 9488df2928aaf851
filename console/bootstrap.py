"""From a bare Python to one that has Headrace's packages. Standard library only; stdout is left alone."""

import fcntl
import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

BASE = Path(__file__).resolve().parent.parent
DATA = BASE / ".data"
VENV = BASE / ".venv"
STAMP = VENV / "headrace.stamp"
PYTHON = VENV / "bin" / "python"

#: The commands that make ``.venv``, and the locks they install.
LOCKS = {"demo": ("requirements.txt",), "test": ("requirements.txt", "tests/requirements.txt")}
#: What a Python of somebody's own must have to be used as it is.
NEEDED = {
    "demo": ("django", "channels", "daphne", "asyncpg", "psycopg"),
    "test": (
        "django",
        "channels",
        "daphne",
        "asyncpg",
        "psycopg",
        "pytest",
        "pytest_django",
        "pytest_asyncio",
    ),
}
NO_PIP = (
    "This Python can make no virtual environment: it has neither ensurepip nor a pip of 22.3 or newer. "
    "Install the package python3-venv (Debian, Ubuntu: apt install python3-venv), then run the same again."
)
NOT_INSTALLED = (
    "Django is not installed here. Run `python3 manage.py demo`, which makes .venv and installs it, "
    "or `pip install -r requirements.txt`."
)


def enter(argv: Sequence[str]) -> None:
    """Return in a Python that has what ``argv`` needs, or go on in ``.venv``, or exit 1 with what to do."""
    command = argv[1] if len(argv) > 1 else "help"
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    locks = LOCKS.get(command)
    if locks is None:
        if has("django"):
            return
        if inside or not PYTHON.exists():
            sys.exit(NOT_INSTALLED)
    elif not inside and has(*NEEDED[command]):
        return
    elif fresh(locks):
        if inside:
            return
    else:
        prepare(locks)
    os.execv(PYTHON, [str(PYTHON), *argv])


def has(*modules: str) -> bool:
    """Whether this Python can import all of them; none is imported."""
    return all(importlib.util.find_spec(module) for module in modules)


def stamp(locks: Sequence[str]) -> list[str]:
    """What ``.venv`` is made of: the Python, and each lock with its hash, a line each."""
    hashes = [f"{name} {hashlib.sha256((BASE / name).read_bytes()).hexdigest()}" for name in locks]
    return [f"python {sys.version_info.major}.{sys.version_info.minor}", *hashes]


def fresh(locks: Sequence[str]) -> bool:
    """Whether ``.venv`` has this Python and these locks in it, wholly."""
    try:
        return PYTHON.exists() and set(stamp(locks)) <= set(STAMP.read_text().splitlines())
    except FileNotFoundError:
        return False


def prepare(locks: Sequence[str]) -> None:
    """Make or refresh ``.venv``. The stamp goes first and comes back last: half a run is no fresh one."""
    try:
        with turn():
            if fresh(locks):  # made by somebody else while this process waited for its turn
                return
            STAMP.unlink(missing_ok=True)
            if not usable():
                with step("making .venv"):
                    must([sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)], NO_PIP)
            with step("finding pip"):
                pip = find_pip()
            files = [argument for name in locks for argument in ("-r", str(BASE / name))]
            with step(f"installing {count(locks)} packages"):
                must(
                    [*pip, "install", "--require-hashes", *files],
                    "The packages could not be installed; see above.",
                )
            STAMP.write_text("\n".join(stamp(locks)) + "\n")
    except OSError as error:
        sys.exit(f"Headrace cannot prepare its .venv: {error.strerror}: {error.filename}")


@contextmanager
def turn() -> Iterator[None]:
    """One process at a time makes ``.venv``."""
    DATA.mkdir(mode=0o700, exist_ok=True)
    with (DATA / "bootstrap.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def step(words: str) -> Iterator[None]:
    """Say on stderr what is being done and, once it is, how long it took."""
    sys.stderr.write(f"· {words} … ")
    sys.stderr.flush()
    began = time.monotonic()
    try:
        yield
    except BaseException:
        sys.stderr.write("\n")
        raise
    sys.stderr.write(f"{time.monotonic() - began:.1f} s\n")


def usable() -> bool:
    """Whether ``.venv`` has a working Python of this version."""
    ours = f"{sys.version_info.major}.{sys.version_info.minor}"
    asked = [str(PYTHON), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    return PYTHON.exists() and (done := run(asked)).returncode == 0 and done.stdout.strip() == ours


def find_pip() -> list[str]:
    """A pip that installs into ``.venv``: its own, the one in ensurepip, or the host's from outside."""
    own = [str(PYTHON), "-I", "-m", "pip"]
    host = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    if works(*own) or (run([str(PYTHON), "-I", "-m", "ensurepip"]).returncode == 0 and works(*own)):
        return own
    if works(*host):
        return host
    sys.exit(NO_PIP)


def works(*pip: str) -> bool:
    return run([*pip, "--version"]).returncode == 0


def must(command: Sequence[str], otherwise: str) -> None:
    """Run it; where it fails, show all it said and exit 1 with the sentence."""
    done = run(command)
    if done.returncode:
        fail(done.stdout, otherwise)


def fail(output: str, sentence: str) -> NoReturn:
    sys.stderr.write(f"\n{output.rstrip()}\n")
    sys.exit(sentence)


def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run it, keeping stdout and stderr together. A person's pip settings for other places are left out."""
    elsewhere = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV")
    environment = {name: value for name, value in os.environ.items() if name not in elsewhere}
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment | {"PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"},
        check=False,
    )


def count(locks: Sequence[str]) -> int:
    """Packages named in the locks, each once."""
    return len(
        {name for lock in locks for name in re.findall(r"^([\w.-]+)==", (BASE / lock).read_text(), re.M)}
    )
