"""What is looked at: a demo on a PostgreSQL of its own, and somebody signed in to it in a Chromium."""

import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from tests.faults.cluster import Cluster
from tests.journeys.test_demo import Demo, demo
from tests.support import ARGUMENTS

DATABASE = "pictures"
#: Orders a second: the charts have something to show, and two cores have something left.
RATE = "6"
#: Milliseconds that a page gets to show what is waited for, where nothing else is said.
PATIENCE = 20_000


class Stage:
    """A running demo, and a browser whose person is signed in to it."""

    def __init__(self, running: Demo, browser: Browser) -> None:
        self.url, self._link = running.facts["url"], running.facts["login_url"]
        self._browser = browser
        self._signed_in: Any = None

    async def sign_in(self) -> None:
        """By the link that works once; every window opened afterwards is the same person's."""
        context = await self._browser.new_context()
        page = await context.new_page()
        await page.goto(self._link)
        self._signed_in = await context.storage_state()
        await context.close()

    @asynccontextmanager
    async def window(self, width: int, height: int, scale: float = 1.0) -> AsyncIterator[Page]:
        """An empty page; ``scale`` is how many pixels of a picture a CSS pixel is wide."""
        context = await self._browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=scale,
            locale="en-GB",
            timezone_id="Europe/Berlin",
            color_scheme="light",
            storage_state=self._signed_in,
        )
        context.set_default_timeout(PATIENCE)
        yield await context.new_page()
        await context.close()


@asynccontextmanager
async def stage(chromium: str) -> AsyncIterator[Stage]:
    """All of it, and nothing of it afterwards."""
    with tempfile.TemporaryDirectory(prefix="headrace-pictures-") as name:
        folder = Path(name)
        cluster = Cluster(folder / "server")
        try:
            await cluster.start()
            await cluster.execute(f"CREATE DATABASE {DATABASE}")
            arguments = ("--port", "8000", "--rate", RATE)
            async with (
                demo(cluster.url(DATABASE), folder / "words", *arguments) as running,
                async_playwright() as playwright,
            ):
                browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
                there = Stage(running, browser)
                await there.sign_in()
                yield there
                await browser.close()
                running.process.send_signal(signal.SIGINT)
                await running.ended()
        finally:
            await asyncio.to_thread(cluster.destroy)
