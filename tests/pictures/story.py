"""What the recording tells: an order is submitted and fulfilled, a worker is killed, nothing is lost."""

import re
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.pictures.film import Film
from tests.pictures.stage import PATIENCE, Stage

WIDTH, HEIGHT = 1160, 730
POINTER = Path(__file__).with_name("pointer.js")

CUSTOMER, CURRENCY = "C003", "EUR"
BASKET = {"KTL-110": "2", "LAN-012": "6", "WHL-001": "1"}
#: Milliseconds between two keys; seconds that something is shown to be read.
KEYS, READ = 45, 1.6
#: Milliseconds until a killed worker is named for its silence, and until its jobs are rescued.
SILENT, RESCUED = 40_000, 90_000


async def submit(page: Page, url: str, reference: str) -> None:
    """Fill the form in, as somebody does who types, up to the button."""
    await page.goto(f"{url}/orders/new/")
    await page.locator("[name=customer]").press_sequentially(CUSTOMER, delay=KEYS)
    await page.locator("[name=currency]").select_option(CURRENCY)
    await page.locator("[name=reference]").press_sequentially(reference, delay=KEYS)
    for place, (sku, quantity) in enumerate(BASKET.items()):
        await page.locator("[name=sku]").nth(place).press_sequentially(sku, delay=KEYS)
        await page.locator("[name=quantity]").nth(place).press_sequentially(quantity, delay=KEYS)


async def fulfilled(page: Page) -> None:
    badge = page.locator("header.head [data-state=fulfilled]")
    await expect(badge).to_be_visible(timeout=PATIENCE)


async def record(there: Stage) -> Film:
    film = Film()
    async with there.window(WIDTH, HEIGHT) as page:
        await page.add_init_script(path=POINTER)
        await page.goto(f"{there.url}/orders/new/")
        async with film.watching(page):
            await _order(film, page, there.url)
            await _kill(film, page)
            await _heal(film, page)
    return film


async def _order(film: Film, page: Page, url: str) -> None:
    await submit(page, url, "2026-0002")
    await film.hold(0.8)
    await _press(film, page, page.get_by_role("button", name="Submit the order"), least=0.6)
    await fulfilled(page)
    film.least = 0.0
    await film.hold(2 * READ)


async def _kill(film: Film, page: Page) -> None:
    await _press(film, page, _way(page, "Break something"))
    button = page.get_by_role("button", name="Kill a worker")
    await button.scroll_into_view_if_needed()
    await film.hold(READ)
    await _press(film, page, button)
    film.speed = 3.0
    await expect(page.locator("[data-list=found]")).to_contain_text("is killed", timeout=SILENT)
    film.speed = 1.0
    await film.hold(READ)


async def _heal(film: Film, page: Page) -> None:
    await _press(film, page, _way(page, "Dashboard"))
    film.speed = 4.0
    silent = page.locator("[data-list=reasons] li", has_text=re.compile("no beat from"))
    await expect(silent).to_be_visible(timeout=SILENT)
    film.speed = 1.0
    await _point(page, silent)
    await film.hold(READ)
    await _press(film, page, _way(page, "Break something"))
    film.speed = 4.0
    healed = page.locator("[data-when=phase] [data-state=healed]")
    await expect(healed).to_be_visible(timeout=RESCUED)
    film.speed = 1.0
    await _point(page, page.locator("[data-list=found] li").last)
    await film.hold(3 * READ)


def _way(page: Page, name: str) -> Locator:
    """The link in the bar on top."""
    return page.get_by_role("navigation", name="Pages").get_by_role("link", name=name)


async def _point(page: Page, what: Locator) -> None:
    """Move the mouse there, so that one sees it coming."""
    box = await what.bounding_box()
    assert box
    await page.mouse.move(box["x"] + min(box["width"] / 2, 160), box["y"] + box["height"] * 0.6, steps=8)


async def _press(film: Film, page: Page, what: Locator, least: float = 0.0) -> None:
    """Press it. ``least``: for what follows in tenths of a second, which nobody would see."""
    await _point(page, what)
    await page.evaluate("dispatchEvent(new CustomEvent('pictures-press', {detail: true}))")
    await film.hold(0.5)
    film.least = least
    await what.click()
