"""The README's five minutes, done as it says: its files, its commands, and what it promises to be seen."""

import asyncio
import html
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from console import bootstrap
from tests.support import eventually

#: Seconds for the demo to be ready, for the commands, for the order; all are over in ten on a quiet machine.
PATIENCE = 60.0
SECTION = "Your own task in five minutes"
#: What a clone would not have.
OWN = (".git", ".venv", ".data", "shop", ".*_cache", ".hypothesis")


class Tutorial:
    """What the section of the README has: files, commands (a terminal each), and what is to be seen."""

    def __init__(self) -> None:
        readme = (bootstrap.BASE / "README.md").read_text(encoding="utf-8")
        self.text = re.split(r"^## ", readme.partition(f"## {SECTION}\n")[2], flags=re.MULTILINE)[0]
        self.files = dict(re.findall(r"`([\w/]+\.py)`[^\n]*:\n\n```python\n(.*?)```", self.text, re.DOTALL))
        self.make, self.start, self.use = re.findall(r"```sh\n(.*?)```", self.text, re.DOTALL)
        self.tasks = re.findall(r"`/jobs/\?task=([\w.]+)`", self.text)
        [self.words] = re.findall(r"timeline has a \*step\* that says `(.+?)`", self.text)


class Terminal:
    """Bash in the clone, where ``python3`` is the Python of the tests and the database one of their own."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        self.env = os.environ | {"PATH": path, "DATABASE_URL": database}

    async def start(self, script: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            "bash", "-euo", "pipefail", "-c", script,
            cwd=self.folder, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    async def run(self, script: str) -> str:
        """What it printed."""
        process = await self.start(script)
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate()
        assert process.returncode == 0, err.decode()
        return out.decode()

    @asynccontextmanager
    async def running(self, script: str) -> AsyncIterator[dict[str, str]]:
        """The first line of JSON of a process that is then interrupted, as by Ctrl-C, and ends with 0."""
        process = await self.start(script)
        assert process.stdout is not None
        assert process.stderr is not None
        words = asyncio.create_task(process.stderr.read())
        try:
            async with asyncio.timeout(PATIENCE):
                line = await process.stdout.readline()
            assert line, (await words).decode()
            yield json.loads(line)
            process.send_signal(signal.SIGINT)
            async with asyncio.timeout(PATIENCE):
                assert await process.wait() == 0, (await words).decode()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            await words


def replaced(script: str, old: str, new: str) -> str:
    """The script with what a test must do differently; it has it once."""
    assert script.count(old) == 1, f"{old!r} is not once in:\n{script}"
    return script.replace(old, new)


class Desk:
    """A browser signed in with the demo's link: the words of a page, without its markup."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session, self.url = session, url

    async def page(self, path: str) -> str:
        async with self.session.get(self.url + path) as answer:
            assert answer.status == 200, path
            self.markup = re.sub(r"<template>.*?</template>", "", await answer.text(), flags=re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", self.markup)).split())

    async def job(self, task: str) -> str:
        """The page of the newest job of this task, once its list says that it succeeded."""

        async def look() -> bool:
            listed = await self.page(f"/jobs/?task={task}")
            return f"{task} succeeded" in listed

        await eventually(look, PATIENCE)
        [first, *_more] = re.findall(r'href="(/jobs/[0-9a-f-]{36}/)"', self.markup)
        return await self.page(first)

    async def order(self, id: str) -> str:
        """The page of this order, once it is fulfilled."""

        async def look() -> str | None:
            page = await self.page(f"/orders/{id}/")
            return page if "task:fulfil" in page else None

        return await eventually(look, PATIENCE) or ""


@pytest.mark.timeout(240)  # four processes, each with all its imports
async def test_what_the_readme_says_in_five_minutes_is_what_happens(
    empty_database: str, tmp_path: Path
) -> None:
    tutorial, clone = Tutorial(), tmp_path / "headrace"
    await asyncio.to_thread(shutil.copytree, bootstrap.BASE, clone, ignore=shutil.ignore_patterns(*OWN))
    terminal = Terminal(clone, empty_database)
    await terminal.run(tutorial.make)
    for name, text in tutorial.files.items():
        (clone / name).write_text(text, encoding="utf-8")

    demo = replaced(
        tutorial.start, "python3 manage.py demo", "exec python3 manage.py demo --json --for 600 --port 0"
    )
    async with terminal.running(demo) as facts:
        said = await terminal.run(replaced(tutorial.use, "http://127.0.0.1:8000", facts["url"]))
        kept: dict[str, Any] = json.loads(said.splitlines()[-1])  # curl's
        jar = aiohttp.CookieJar(unsafe=True)  # cookies of an IP address, too
        async with aiohttp.ClientSession(cookie_jar=jar) as session:
            async with session.get(facts["login_url"]) as answer:
                assert answer.status == 200
            desk = Desk(session, facts["url"])
            order = await desk.order(kept["id"])
            pages = {task: await desk.job(task) for task in tutorial.tasks}

    timeline = order.partition("Timeline")[2].partition("Carriers asked")[0]
    assert re.search(rf"secured task:secure .* step task:wrap {tutorial.words} .* fulfilling ", timeline)
    assert "fulfilled task:fulfil" in timeline
    assert set(pages) == {"shop.tasks.greet", "shop.tasks.wrap"}
    assert "Good morning, Ada" in pages["shop.tasks.greet"]
    assert "gifts wrapped for" in pages["shop.tasks.wrap"]
