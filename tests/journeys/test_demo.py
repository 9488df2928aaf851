"""The demo as a process, on a database of its own: started, looked at, interrupted, started again, ended."""

import asyncio
import json
import os
import re
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import aiohttp
import asyncpg
import pytest

from console.demo.shopper import Shopper
from tests.support import eventually

ROOT = Path(__file__).resolve().parents[2]
#: manage.py from where it has found its packages: the bootstrap would refresh .venv under the running tests.
COMMAND = "import sys; from console import command_line; command_line.run(['manage.py', *sys.argv[1:]])"
#: Seconds to be ready, and to end; both are over in two or three on a quiet machine.
START = STOP = 60.0


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


@pytest.mark.timeout(240)  # four processes, each with all its imports
async def test_the_demo_from_its_start_to_its_end_again_and_again(
    empty_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await until_ctrl_c(empty_database, tmp_path / "first")
    await for_some_seconds(empty_database, tmp_path / "second")
    await what_they_left(empty_database)
    monkeypatch.setenv("PUBLIC_URL", "https://desk.example")
    await for_people_elsewhere(empty_database, tmp_path / "third")
    assert await ledger_check(empty_database) == (0, {"ok": True, "problems": []})


async def until_ctrl_c(database: str, words: Path) -> None:
    """The opening hundred, then the stream; the link signs in, the token reads orders; SIGINT: exit 0."""
    async with demo(database, words, "--port", "0", "--rate", "10") as running:
        facts = running.facts
        assert set(facts) == {"url", "login_url", "api_token", "database_url"}
        assert facts["database_url"] == database
        assert "100 orders fulfilled, ledger balanced" in running.words
        assert facts["api_token"] not in running.words
        await signs_in_once(facts)
        await reads_orders(facts)
        await needs_a_person(facts)
        await eventually(lambda: streamed(database), START)
        running.process.send_signal(signal.SIGINT)
        assert await running.ended() == 0
        assert "Traceback" not in running.words, "a job that fails on purpose is told on its page"
        assert len(re.findall("handlers? still runs?", running.words)) <= 1, (
            "one of its two processes says so"
        )


async def streamed(database: str) -> bool:
    """Whether orders beyond the opening hundred were fulfilled, and others refused."""
    states = await counts(database, "SELECT state, count(*) FROM orders GROUP BY state")
    return states["fulfilled"] > 110 and states["rejected"] > 0


async def for_some_seconds(database: str, words: Path) -> None:
    """Again on what the first one left, on the next port where one is taken; ends by itself with 0."""
    before = (await counts(database, "SELECT state, count(*) FROM orders GROUP BY state"))["fulfilled"]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with demo(database, words, "--port", str(port), "--for", "20") as running:
            assert running.facts["url"] != f"http://127.0.0.1:{port}"
            assert re.search(rf"port {port} is taken, the next free one is \d+", running.words)
            assert await running.ended() == 0
            assert re.search(r"[1-9]\d\d orders fulfilled, ledger balanced", running.words)
            assert "Traceback" not in running.words
    seen = (await counts(database, "SELECT state, count(*) FROM orders GROUP BY state"))["fulfilled"]
    assert seen > before + 10  # two a second, for twenty


async def for_people_elsewhere(database: str, words: Path) -> None:
    """With a proxy in front the link is the proxy's; it opens there, and on this machine as well."""
    async with demo(database, words, "--port", "0", "--rate", "0") as running:
        local, link = running.facts["url"], running.facts["login_url"]
        assert link.startswith("https://desk.example/sign-in/")
        await eventually(lambda: told(running, f"On this machine, open it below {local} instead."))
        through_the_proxy = {"Host": "desk.example", "X-Forwarded-Proto": "https"}
        here = link.replace("https://desk.example", local)
        async with aiohttp.ClientSession() as session:
            for headers, status in ((through_the_proxy, 302), ({}, 410)):
                async with session.get(here, headers=headers, allow_redirects=False) as answer:
                    assert answer.status == status
        running.process.send_signal(signal.SIGINT)
        assert await running.ended() == 0


async def told(running: Demo, words: str) -> bool:
    return words in running.words


async def signs_in_once(facts: dict[str, str]) -> None:
    jar = aiohttp.CookieJar(unsafe=True)  # cookies of an IP address, too
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        async with session.get(facts["login_url"]) as answer:
            assert answer.status == 200
        async with session.get(facts["url"] + "/orders/") as answer:
            assert answer.status == 200
            assert str(answer.url) == facts["url"] + "/orders/"
    async with aiohttp.ClientSession() as stranger, stranger.get(facts["login_url"]) as answer:
        assert answer.status == 410
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


async def needs_a_person(facts: dict[str, str]) -> None:
    """An order no carrier takes: its job fails for good."""
    heavy = Shopper(Random(1)).heavy().model_dump(mode="json", exclude_none=True)
    headers = {"Authorization": f"Bearer {facts['api_token']}", "Idempotency-Key": "heavy"}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.post(facts["url"] + "/api/v1/orders", json=heavy) as answer:
            assert answer.status == 202, await answer.text()
            where = facts["url"] + answer.headers["Location"]

        async def attention() -> str:
            async with session.get(where) as answer:
                return str((await answer.json())["attention"])

        await eventually(attention, START)


async def what_they_left(database: str) -> None:
    """Carriers raced; no job still runs, no token still works, no pace of a carrier that is gone."""
    quotes = await counts(database, "SELECT state, count(*) FROM quote GROUP BY state")
    assert quotes["won"] > 100
    assert quotes["cancelled"] > 100
    assert not await counts(database, "SELECT id::text, 1 FROM job WHERE state = 'running'")
    assert not await counts(database, "SELECT name, 1 FROM token WHERE revoked_at IS NULL")
    assert not await counts(database, "SELECT key, 1 FROM pace")


async def counts(database: str, statement: str) -> Counter[str]:
    conn = await asyncpg.connect(database)
    try:
        return Counter(dict(await conn.fetch(statement)))
    finally:
        await conn.close()
