"""A recording: every frame a page draws while it is watched, put together as one animated WebP."""

import asyncio
import base64
import io
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageChops
from playwright.async_api import Page

#: Seconds: nothing is shown shorter, however quick it was drawn, and nothing longer, unless it is held.
SHORTEST, LONGEST = 0.1, 1.2
#: Seconds without a new frame after which a page is taken to have drawn all there was to draw.
QUIET, RESTLESS = 0.15, 1.0


@dataclass
class Frame:
    """``at``: seconds of any clock. ``least``: seconds it is shown at least. ``speed``: divides the rest."""

    at: float
    png: bytes
    least: float
    speed: float


class Film:
    """What happens on a page, in the order in which it was drawn."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        #: How frames from now on are shown: each so many seconds at least, and so many times as fast.
        self.least, self.speed = 0.0, 1.0
        self._drawn = asyncio.Event()

    @asynccontextmanager
    async def watching(self, page: Page) -> AsyncIterator[None]:
        session = await page.context.new_cdp_session(page)
        answers: set[asyncio.Task[Any]] = set()

        def take(frame: dict[str, Any]) -> None:
            at, png = frame["metadata"]["timestamp"], base64.b64decode(frame["data"])
            self.frames.append(Frame(at, png, self.least, self.speed))
            self._drawn.set()
            answer = session.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})
            answers.add(task := asyncio.create_task(answer))
            task.add_done_callback(answers.discard)

        session.on("Page.screencastFrame", take)
        await session.send("Page.startScreencast", {"format": "png"})
        yield
        await session.send("Page.stopScreencast")
        await asyncio.gather(*answers, return_exceptions=True)

    async def hold(self, seconds: float) -> None:
        """Show what the page shows now, once it has drawn it, at least so long."""
        try:
            async with asyncio.timeout(RESTLESS):
                while True:
                    self._drawn.clear()
                    async with asyncio.timeout(QUIET):
                        await self._drawn.wait()
        except TimeoutError:
            self.frames[-1].least = seconds

    def webp(self) -> bytes:
        """All of it, over and over."""
        pictures, seconds = _cut(self.frames)
        out = io.BytesIO()
        pictures[0].save(
            out,
            "WEBP",
            save_all=True,
            append_images=pictures[1:],
            duration=[round(each * 1000) for each in seconds],
            loop=0,
            lossless=True,
            quality=60,  # how hard it tries: more saves little and takes minutes
            method=4,
        )
        return out.getvalue()


def lengths(frames: list[Frame]) -> list[float]:
    """How long each frame is shown; 0: it is left out, its time is the next one's."""
    shown, owed = [], 0.0
    for frame, following in itertools.pairwise([*frames, frames[-1]]):
        real = owed + max(following.at - frame.at, 0.0) / frame.speed
        if real < SHORTEST and not frame.least and following is not frame:
            shown.append(0.0)
            owed = real
        else:
            shown.append(max(frame.least, min(real, LONGEST)))
            owed = 0.0
    return shown


def _cut(frames: list[Frame]) -> tuple[list[Image.Image], list[float]]:
    """The pictures that differ from the one before, each with the seconds it is shown."""
    pictures: list[Image.Image] = []
    seconds: list[float] = []
    for frame, length in zip(frames, lengths(frames), strict=True):
        if not length:
            continue
        picture = Image.open(io.BytesIO(frame.png)).convert("RGB")
        if pictures and ImageChops.difference(pictures[-1], picture).getbbox() is None:
            seconds[-1] = max(seconds[-1], frame.least, min(seconds[-1] + length, LONGEST))
        else:
            pictures.append(picture)
            seconds.append(length)
    return pictures, seconds
