"""The processes a benchmark starts, each ended by its id whatever happens."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

#: Says a step to who waits.
Say = Callable[[str], None]

ROOT = Path(__file__).resolve().parents[2]
#: Seconds a process gets to start, and to end when it is asked to.
START, STOP = 30.0, 15.0


@contextmanager
def running(arguments: list[str], **env: str) -> Iterator[subprocess.Popen[str]]:
    """This process, with pipes to talk to it; afterwards it is gone."""
    process = subprocess.Popen(
        arguments,
        cwd=ROOT,
        env={**os.environ, **env},
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()


class Server:
    """``tests.benchmarks.live_server``, and how to ask it things."""

    def __init__(self, port: int, pid: int) -> None:
        self.port, self.pid = port, pid

    def ask(self, what: str, argument: str = "") -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START)
        try:
            connection.request("GET", f"/bench/{what}?{argument}")
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def resident_kib(self) -> int:
        """KiB of memory the process has, once it has settled."""
        self.ask("settle")
        with Path(f"/proc/{self.pid}/statm").open() as file:
            pages = int(file.read().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") // 1024


@contextmanager
def serving(url: str, redis_port: int | None = None) -> Iterator[Server]:
    """A server of its own on this database."""
    peer = [str(redis_port)] if redis_port else []
    with running([sys.executable, "-m", "tests.benchmarks.live_server", *peer], DATABASE_URL=url) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        if not said:
            raise RuntimeError("the server ended before it served; what it said stands above")
        yield Server(**json.loads(said))


@contextmanager
def writing(url: str, user: int, rate: float, count: int) -> Iterator[subprocess.Popen[str]]:
    """A process about to write so many orders; ``start`` lets it begin."""
    arguments = [sys.executable, "-m", "tests.benchmarks.writer", str(user), str(rate), str(count)]
    with running(arguments, DATABASE_URL=url) as process:
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise RuntimeError("the writer ended before it wrote; what it said stands above")
        yield process


def start(writer: subprocess.Popen[str]) -> None:
    assert writer.stdin is not None
    writer.stdin.write("\n")
    writer.stdin.flush()


def written(writer: subprocess.Popen[str]) -> dict[str, float]:
    """The orders it wrote, each with the instant of its commit; waits for its end."""
    assert writer.stdout is not None
    lines = (line.split() for line in writer.stdout)
    return {order: float(at) for order, at in lines}


class Failed(Exception):
    """A process that was asked gave no answer; says why in words."""


def ask(arguments: list[str], what: str, seconds: float, **env: str) -> dict[str, Any]:
    """Start a process that speaks our protocol, ask it this one thing; its answer, once it has ended.

    Raises Failed. A process that takes too long is ended with all it started, which is a group of its own.
    """
    process = subprocess.Popen(
        arguments,
        cwd=ROOT,
        env={**os.environ, **env},
        text=True,
        errors="replace",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        said, complained = process.communicate(what + "\n", seconds)
    except subprocess.TimeoutExpired:
        raise Failed(f"{what}: not done within {seconds:g} s") from None
    finally:
        _end_group(process)
    if process.returncode or not said:
        lines = [line.strip() for line in complained.splitlines() if line.strip()]
        raise Failed(f"{what}: {lines[-1] if lines else f'ended with {process.returncode}'}")
    return json.loads(said)


def _end_group(process: subprocess.Popen[str]) -> None:
    """End it and what it started, unless it has ended by itself."""
    if process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.communicate(timeout=STOP / 3)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def no_redis_server() -> str:
    """Why no Redis can be started, in words; empty where one can."""
    return "" if shutil.which("redis-server") else "no redis-server on PATH"


def no_redis() -> str:
    """Why there is no Redis under Channels' groups to measure, in words; empty where there is one."""
    return no_redis_server() or ("" if find_spec("channels_redis") else "channels_redis is not installed")


@contextmanager
def redis(without: str) -> Iterator[int | None]:
    """A Redis of our own on a free port; None where something says why to do without."""
    if without:
        yield None
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = [
        "redis-server",
        "--bind",
        "127.0.0.1",
        "--port",
        str(port),
        "--save",
        "",
        "--daemonize",
        "no",
    ]
    with running([*arguments, "--loglevel", "warning"]):
        deadline = time.monotonic() + START
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        yield port
