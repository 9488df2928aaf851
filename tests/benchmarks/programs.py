"""The processes a benchmark starts, each ended by its id whatever happens."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

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


def no_redis() -> str:
    """Why there is no Redis to measure, in words; empty where there is one."""
    if not shutil.which("redis-server"):
        return "no redis-server on PATH"
    if not find_spec("channels_redis"):
        return "channels_redis is not installed"
    return ""


@contextmanager
def redis() -> Iterator[int | None]:
    """A Redis of our own on a free port, where there can be one."""
    if no_redis():
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
