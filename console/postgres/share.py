"""One server for all processes that use it.

Two lock files stand beside the data. Whoever starts or stops the server holds ``turn`` meanwhile. Everybody
who uses it holds ``users``, shared; who gets it exclusively on leaving is the last one out. The kernel frees
both when a process dies, however it dies.
"""

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from typing import Any

from console.postgres import postmaster, server
from console.postgres.place import DATABASE, PORT, USER, Place
from console.postgres.problem import ServerProblem
from console.postgres.runner import Runner, choose, environment, find_binaries


class Share:
    """This process's hold on a place's server."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._users: FileIO | None = None
        self._runner: Runner | None = None
        self._process: subprocess.Popen[Any] | None = None  # the server, where this process started it
        self._pid = 0

    def acquire(self) -> str:
        """Start or join the server; its URL. Acquiring twice is harmless. Raises ServerProblem."""
        if self._users:
            return self.place.url
        try:
            self.place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._turn():
                self._users = self._open("users")
                self._pid = os.getpid()
                fcntl.flock(self._users, fcntl.LOCK_SH)
                try:
                    self._ensure()
                except BaseException:
                    self._leave()
                    raise
        except OSError as error:
            raise ServerProblem(
                f"The built-in PostgreSQL can't be used: {error.strerror}: "
                f"{error.filename or self.place.folder}; "
                "run as the user this folder belongs to, or set DATABASE_URL."
            ) from error
        return self.place.url

    def release(self) -> None:
        """Let go; the last one out stops the server. Releasing twice, or in a fork's child, does nothing."""
        if self._users is None or self._pid != os.getpid():
            return
        with self._turn():
            self._leave()

    def _ensure(self) -> None:
        self._runner = choose(self.place)
        found = postmaster.running(self._runner.data)
        if found and (
            found.status != "ready" or found.socket != self.place.socket or not self.place.socket.exists()
        ):
            # Stopping by itself, or reachable only where this folder was before it was moved.
            if not self._alone():
                raise ServerProblem(
                    f"A server on {self._runner.data} is in use at {found.socket}: end what uses it first."
                )
            server.stop(self.place, self._runner, None)
            found = None
        if not found:
            server.prepare(self.place, self._runner)
            self._process = server.start(self.place, self._runner)
        self._create_database()

    def _create_database(self) -> None:
        """Where it is missing, with the program made for it: the console has no SQL."""
        import psycopg  # only a process that uses the server needs the driver

        with suppress(psycopg.OperationalError):
            psycopg.connect(host=str(self.place.socket), port=PORT, user=USER, dbname=DATABASE).close()
            return
        address = ["-h", str(self.place.socket), "-p", str(PORT), "-U", USER]
        done = subprocess.run(
            [find_binaries() / "createdb", *address, DATABASE],
            capture_output=True,
            text=True,
            env=environment(),
            check=False,
        )
        if done.returncode:
            raise ServerProblem(f"The built-in PostgreSQL does not answer: {done.stderr.strip()}")

    def _leave(self) -> None:
        assert self._users
        if self._alone() and self._runner:
            server.stop(self.place, self._runner, self._process)
        self._users.close()
        self._users = self._runner = self._process = None

    def _alone(self) -> bool:
        """Whether nobody else holds ``users``. Asked with the turn held, so the answer stays true."""
        assert self._users
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(self._users, fcntl.LOCK_SH)  # a failed upgrade may have dropped it
            return False
        fcntl.flock(self._users, fcntl.LOCK_SH)
        return True

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with self._open("turn") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield

    def _open(self, name: str) -> FileIO:
        return open(self.place.folder / f"{name}.lock", "wb", buffering=0)
