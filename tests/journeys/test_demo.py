"""The demo as a process, on a database of its own: started, looked at, ended, started again, interrupted."""

import asyncio
import json
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import asyncpg

ROOT = Path(__file__).resolve().parents[2]
#: manage.py from where it has found its packages: the bootstrap would refresh .venv under the running tests.
COMMAND = "import sys; from console import command_line; command_line.run(['manage.py', *sys.argv[1:]])"
#: Seconds to be ready, and to end; both are over in two or three on a quiet machine.
START = STOP = 45.0


class Demo:
    """A running demo: what its first line said, and what it wrote for people."""

    def __init__(self, process: asyncio.subprocess.Process, words: Path) -> None:
        self.process = process
        self.facts: dict[str, str] = {}
        self._words = words

    @property
    def words(self) -> str:
        return self._words.read_text()

    async def first_line(self) -> None:
        assert self.process.stdout is not None
        async with asyncio.timeout(START):
            line = await self.process.stdout.readline()
        assert line, self.words
        self.facts = json.loads(line)

    async def ended(self) -> int:
        """Its exit code, once it has ended by itself and written nothing more on stdout."""
        assert self.process.stdout is not None
        async with asyncio.timeout(STOP):
            assert await self.process.stdout.read() == b""
            return await self.process.wait()


@asynccontextmanager
async def demo(database: str, words: Path, *arguments: str) -> AsyncIterator[Demo]:
    with words.open("wb") as stderr:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", COMMAND, "demo", "--json", *arguments,
            cwd=ROOT, env=environment(database), stdout=asyncio.subprocess.PIPE, stderr=stderr,
        )  # fmt: skip
    running = Demo(process, words)
    try:
        await running.first_line()
        yield running
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def ledger_check(database: str) -> tuple[int, dict]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", COMMAND, "ledger_check", "--json",
        cwd=ROOT, env=environment(database), stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(STOP):
        out, _err = await process.communicate()
    return process.returncode or 0, json.loads(out)


def environment(database: str) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": database}


async def test_the_demo_from_its_start_to_ctrl_c(empty_database: str, tmp_path: Path) -> None:
    await first_start(empty_database, tmp_path / "first")
    assert await ledger_check(empty_database) == (0, {"ok": True, "problems": []})
    await what_it_left(empty_database)
    await second_start(empty_database, tmp_path / "second")
    assert await ledger_check(empty_database) == (0, {"ok": True, "problems": []})


async def first_start(database: str, words: Path) -> None:
    """Ends by itself with 0; meanwhile the link signs in and the token reads orders."""
    async with demo(database, words, "--port", "0", "--rate", "5", "--for", "12") as running:
        facts = running.facts
        assert set(facts) == {"url", "login_url", "api_token", "database_url"}
        assert facts["database_url"] == database
        await signs_in_once(facts)
        await reads_orders(facts)
        assert await running.ended() == 0
        assert "100 orders fulfilled, ledger balanced" in running.words
        assert "Traceback" not in running.words


async def signs_in_once(facts: dict[str, str]) -> None:
    jar = aiohttp.CookieJar(unsafe=True)  # cookies of an IP address, too
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        async with session.get(facts["login_url"]) as answer:
            assert answer.status == 200
        async with session.get(facts["url"] + "/orders/") as answer:
            assert answer.status == 200
            assert str(answer.url) == facts["url"] + "/orders/"
    async with aiohttp.ClientSession() as stranger, stranger.get(facts["login_url"]) as answer:
        assert "sessionid" not in answer.cookies
    async with aiohttp.ClientSession() as stranger, stranger.get(facts["url"] + "/orders/") as answer:
        assert "/sign-in/" in str(answer.url)


async def reads_orders(facts: dict[str, str]) -> None:
    bearer = {"Authorization": f"Bearer {facts['api_token']}"}
    async with (
        aiohttp.ClientSession(headers=bearer) as session,
        session.get(facts["url"] + "/api/v1/orders", params={"state": "fulfilled"}) as answer,
    ):
        assert answer.status == 200
        assert await answer.json()


async def what_it_left(database: str) -> None:
    """The stream went on after the opening; carriers raced; nothing runs, no token works."""
    conn = await asyncpg.connect(database)
    try:
        states = dict(await conn.fetch("SELECT state, count(*) FROM orders GROUP BY state"))
        quotes = dict(await conn.fetch("SELECT state, count(*) FROM quote GROUP BY state"))
        running = await conn.fetchval("SELECT count(*) FROM job WHERE state = 'running'")
        tokens = await conn.fetchval("SELECT count(*) FROM token WHERE revoked_at IS NULL")
    finally:
        await conn.close()
    assert states["fulfilled"] > 100
    assert quotes["won"] >= states["fulfilled"]
    assert quotes["cancelled"] > 0
    assert (running, tokens) == (0, 0)


async def second_start(database: str, words: Path) -> None:
    """On what the first one left, on the next port where one is taken, until Ctrl-C."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with demo(database, words, "--port", str(port)) as running:
            assert running.facts["url"] != f"http://127.0.0.1:{port}"
            assert re.search(rf"port {port} is taken, the next free one is \d+", running.words)
            running.process.send_signal(signal.SIGINT)
            assert await running.ended() == 0
            assert "Traceback" not in running.words
