"""Making a data folder, starting and stopping a server on it. Callers hold the turn (see ``share``)."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from console.postgres import postmaster
from console.postgres.place import PORT, USER, Place
from console.postgres.problem import ServerProblem
from console.postgres.runner import Runner

START_TIMEOUT = 120.0  # seconds; after a crash the log is replayed first
STOP_TIMEOUT = 60.0
TICK = 0.01

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
}


def prepare(place: Place, runner: Runner) -> None:
    """A whole data folder: the one there is, else a new one. A broken one is set aside, never deleted."""
    data = runner.data
    if (data / "global" / "pg_control").exists() and (data / "PG_VERSION").exists():
        version = (data / "PG_VERSION").read_text().strip()
        if version != "18":
            raise ServerProblem(
                f"{data} was made by PostgreSQL {version}, the built-in one is 18: move that folder away, "
                "or set DATABASE_URL."
            )
        return
    if data.exists():
        aside = data.with_name(f"data.broken-{time.strftime('%Y%m%dT%H%M%S')}-{os.getpid()}")
        data.rename(aside)
        if any(aside.iterdir()):
            sys.stderr.write(f"{data} was not whole: kept as {aside.name}; a new database is made.\n")
    for left in data.parent.glob("data.making-*"):
        shutil.rmtree(left, ignore_errors=True)
    making = runner.give(Path(tempfile.mkdtemp(prefix="data.making-", dir=data.parent)))
    with place.log.open("wb") as log:
        locale = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        arguments = ("-D", str(making), "-U", USER, "--auth=trust", "-E", "UTF8", *locale)
        if runner.popen("initdb", *arguments, output=log).wait():
            raise ServerProblem(f"PostgreSQL's data folder could not be made: {last_line(place.log)}")
    making.rename(data)


def start(place: Place, runner: Runner) -> subprocess.Popen[bytes]:
    """Start the server and wait until it answers. Raises ServerProblem."""
    postmaster.mend(runner.data)
    make_socket_directory(place.socket, runner)
    arguments = ["-D", str(runner.data), "-k", str(place.socket), "-p", str(PORT)]
    arguments += [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    if place.log.exists():
        place.log.replace(place.log.with_name("log.1"))
    deadline = time.monotonic() + START_TIMEOUT
    while True:
        with place.log.open("ab") as log:
            process = runner.popen("postgres", *arguments, output=log)
        while process.poll() is None:
            found = postmaster.read(runner.data)
            if found and found.pid == process.pid and found.status == "ready":
                return process
            if time.monotonic() > deadline:
                raise ServerProblem(
                    f"The built-in PostgreSQL is not ready after {START_TIMEOUT:.0f} s; see {place.log}."
                )
            time.sleep(TICK)
        # Children of a server that was killed end by themselves; until then no new one may start.
        if time.monotonic() > deadline or "pre-existing shared memory block" not in place.log.read_text():
            raise ServerProblem(
                f"The built-in PostgreSQL did not start: {last_line(place.log)} (log: {place.log})"
            )
        time.sleep(10 * TICK)
        place.log.write_bytes(b"")


def stop(place: Place, runner: Runner, process: subprocess.Popen[Any] | None) -> None:
    """End the server: sessions are cut off, everything committed is kept. Nothing runs: nothing happens."""
    found = postmaster.running(runner.data)
    for number in (signal.SIGINT, signal.SIGQUIT):  # fast; then as if the machine lost power
        if found:
            os.kill(found.pid, number)
            wait_gone(runner.data)
            found = postmaster.running(runner.data)
    if process:
        process.wait()
    shutil.rmtree(place.socket, ignore_errors=True)


def wait_gone(data: Path) -> None:
    deadline = time.monotonic() + STOP_TIMEOUT
    while postmaster.running(data) and time.monotonic() < deadline:
        time.sleep(TICK)


def make_socket_directory(path: Path, runner: Runner) -> None:
    """An empty directory, the server's alone. No server runs: what lies in an old one is stale."""
    allowed = {os.geteuid(), runner.owner[0] if runner.owner else os.geteuid()}
    if os.path.lexists(path):
        about = path.lstat()
        if not stat.S_ISDIR(about.st_mode) or about.st_uid not in allowed:
            raise ServerProblem(f"{path} belongs to somebody else: have it removed, or set DATABASE_URL.")
        shutil.rmtree(path)
    path.mkdir(mode=0o700)
    runner.give(path)


def last_line(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "error:" in line]
    return (telling or lines or ["it said nothing"])[-1].strip()
