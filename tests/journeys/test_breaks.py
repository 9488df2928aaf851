"""The demo is broken by a person at its panel, and heals: its database cut, a worker killed."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from console.database import parse
from console.demo.gate import socket_of
from tests.console.demo.test_spare import gone
from tests.journeys.test_demo import START, Demo, counts, demo, ledger_check
from tests.support import eventually


class Panel:
    """The panel in a signed-in browser."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session, self.url = session, url

    async def press(self, kind: str) -> None:
        async with self.session.get(f"{self.url}/demo/") as answer:
            page = await answer.text()
        form = page[page.index(f"/demo/break/{kind}/") :]
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
        assert token
        data, headers = {"csrfmiddlewaretoken": token[1]}, {"Referer": f"{self.url}/demo/"}
        async with self.session.post(f"{self.url}/demo/break/{kind}/", data=data, headers=headers) as answer:
            assert answer.status == 200
            assert str(answer.url) == f"{self.url}/demo/"

    async def state(self) -> dict[str, Any]:
        """What the panel shows; nothing while the database is away."""
        async with self.session.get(f"{self.url}/demo/state/") as answer:
            return await answer.json() if answer.status == 200 else {}

    async def health(self) -> int:
        async with self.session.get(f"{self.url}/api/v1/health") as answer:
            return answer.status

    async def healed(self) -> str:
        """What was found, once it has healed."""

        async def over() -> dict[str, Any]:
            state = await self.state()
            return state if state.get("phase") == "healed" else {}

        state = await eventually(over, 120)
        return " ".join(found["text"] for found in state["found"])


@asynccontextmanager
async def panel(running: Demo) -> AsyncIterator[Panel]:
    jar = aiohttp.CookieJar(unsafe=True)
    timeout = aiohttp.ClientTimeout(total=20)
    async with aiohttp.ClientSession(cookie_jar=jar, timeout=timeout) as session:
        async with session.get(running.facts["login_url"]) as answer:
            assert answer.status == 200
        yield Panel(session, running.facts["url"])


async def second_process(database: str) -> int:
    """The pid of the worker that is not the demo itself, once it is there."""

    async def there() -> int:
        names = await counts(
            database, "SELECT name, 1 FROM worker WHERE stopped_at IS NULL ORDER BY started_at"
        )
        return int(list(names)[1].rpartition(":")[2]) if len(names) > 1 else 0

    return await eventually(there, START)


async def fulfilled(database: str) -> int:
    return (await counts(database, "SELECT state, count(*) FROM orders GROUP BY state"))["fulfilled"]


@pytest.mark.fault_long
@pytest.mark.timeout(300)  # a cut of ten seconds, a lease that runs out, four processes with their imports
async def test_what_a_person_breaks_heals_and_nothing_is_lost(empty_database: str, tmp_path: Path) -> None:
    assert socket_of(parse(empty_database)), "the demo cuts only what it reaches by a socket"
    async with demo(empty_database, tmp_path / "words", "--port", "0", "--rate", "5") as running:
        await second_process(empty_database)
        async with panel(running) as desk:
            await the_database_is_cut(desk, empty_database)
            await a_worker_is_killed(desk)
        running.process.send_signal(signal.SIGINT)
        assert await running.ended() == 0
        assert "Traceback" not in running.words
    assert not await counts(empty_database, "SELECT id::text, 1 FROM job WHERE state = 'running'")
    assert await ledger_check(empty_database) == (0, {"ok": True, "problems": []})


async def the_database_is_cut(desk: Panel, database: str) -> None:
    assert await desk.health() == 200
    before = await fulfilled(database)
    await desk.press("database")

    async def away() -> bool:
        return await desk.health() == 503

    async def back() -> bool:
        return await desk.health() == 200

    await eventually(away, 15)
    assert await desk.state() == {}
    await eventually(back, 30)
    found = await desk.healed()
    assert re.search(r"cut off: \d\d lines have ended\. Whole again after 10\.\d s\.", found)
    assert re.search(r"First job claimed \d+\.\d\d s after that\.", found)
    assert re.search(r"Orders acknowledged meanwhile: [1-9]\d*, lost: 0\.", found)
    assert found.endswith("The ledger adds up.")

    async def orders_go_on() -> bool:
        return await fulfilled(database) > before + 10

    await eventually(orders_go_on, 30)


async def a_worker_is_killed(desk: Panel) -> None:
    await desk.press("worker")
    found = await desk.healed()
    killed = re.search(r"Worker .+ is killed; jobs in its hands: (\d+)\.", found)
    assert killed
    assert int(killed[1]) > 0
    assert f"Jobs rescued from it: {killed[1]} of {killed[1]}," in found
    assert "lost: 0. The ledger adds up." in found


@pytest.mark.timeout(120)
async def test_a_demo_that_is_killed_leaves_no_second_process(empty_database: str, tmp_path: Path) -> None:
    async with demo(empty_database, tmp_path / "words", "--port", "0", "--rate", "0") as running:
        pid = await second_process(empty_database)
        assert not await gone(pid)
        running.process.kill()
        await asyncio.wait_for(running.process.wait(), 20)
        await eventually(lambda: gone(pid), 30)
