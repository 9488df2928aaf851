"""Takes the pictures, and sees that they are not too heavy for a page that everybody loads."""

import io
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.async_api import Page, expect

from tests.pictures import story
from tests.pictures.stage import Stage, stage

FOLDER = Path(__file__).parent
STILLS = ("dashboard-light", "dashboard-dark", "order-light", "order-dark")
RECORDING = "recording"
#: Bytes that all of them may weigh together.
BUDGET = 1_500_000

WIDTH, HEIGHT, SCALE = 1280, 900, 1.5
#: Points that the charts by second and by minute have before anybody looks; milliseconds to wait for them.
SECONDS, MINUTES, LIVELY = 120, 3, 200_000
#: CSS pixels left below what a picture ends with.
MARGIN = 24

Say = Callable[[str], None]


class TooHeavy(Exception):
    """The pictures weigh more than they may: nothing was written."""


async def shoot(say: Say, folder: Path, chromium: str, *, quick: bool) -> dict[str, int]:
    """Write all of them into the folder; name → bytes. Raises TooHeavy."""
    say("a demo on a PostgreSQL of its own")
    async with stage(chromium) as there:
        async with there.window(WIDTH, HEIGHT, SCALE) as page:
            await _lively(say, page, there, quick=quick)
            say("the dashboard")
            pictures = await _dashboard(page)
            say("an order")
            pictures |= await _order(page, there.url)
        say("the recording: an order, a worker killed, and healed")
        film = await story.record(there)
    say("putting the recording together")
    pictures[RECORDING] = film.webp()
    return _write(folder, pictures)


async def _lively(say: Say, page: Page, there: Stage, *, quick: bool) -> None:
    """Wait until the dashboard's charts show something."""
    await page.goto(f"{there.url}/")
    wanted = (5, 1) if quick else (SECONDS, MINUTES)
    say(f"waiting for {wanted[0]} seconds and {wanted[1]} minutes in the charts")
    await page.wait_for_function(
        """([seconds, minutes]) => {
          const points = (id) => Number(document.getElementById(id).dataset.points ?? 0);
          return points("chart") >= seconds && points("order-latency") >= minutes;
        }""",
        arg=wanted,
        timeout=LIVELY,
    )


async def _dashboard(page: Page) -> dict[str, bytes]:
    """Down to the end of the charts: the tables below are nearly empty while all is well."""
    await expect(page.locator("#live-status")).to_have_attribute("data-state", "live")
    return await _both(page, "dashboard", page.locator("#job-latency"))


async def _order(page: Page, url: str) -> dict[str, bytes]:
    await story.submit(page, url, "2026-0001")
    await page.get_by_role("button", name="Submit the order").click()
    await story.fulfilled(page)
    return await _both(page, "order", page.locator("main section").last)


async def _both(page: Page, name: str, last: object) -> dict[str, bytes]:
    """The page from its top to the end of what is ``last``, light and dark."""
    pictures = {}
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme)
        box = await last.bounding_box()
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": box["y"] + box["height"] + MARGIN}
        png = await page.screenshot(full_page=True, clip=clip, animations="disabled")
        pictures[f"{name}-{theme}"] = _webp(png)
    return pictures


def _webp(png: bytes) -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").save(out, "WEBP", lossless=True, quality=100, method=6)
    return out.getvalue()


def _write(folder: Path, pictures: dict[str, bytes]) -> dict[str, int]:
    weights = {name: len(picture) for name, picture in pictures.items()}
    if (together := sum(weights.values())) > BUDGET:
        raise TooHeavy(f"{together:,} bytes together, at most {BUDGET:,}: {weights}")
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        (folder / f"{name}.webp").write_bytes(picture)
    return weights
