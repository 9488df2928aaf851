"""A page that its reader has paused, in a real Chromium: nothing moves before they go on, nothing is lost."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from tests.console.desk import open_shop, order_in
from tests.console.test_detail_live import order_now
from tests.console.test_pages_live import dashboard, live
from tests.console.window import URL, desk

pytestmark = pytest.mark.browser

#: A page says how far it is after so many frames, and after fewer the first time.
SEEN_EVERY = 32


async def press(page, name):
    await page.get_by_role("button", name=name).press("Enter")


async def tell_many(wire, topic, frame):
    """Events 1 … 32, and the page has taken in one of them at least; it goes on saying how far it is."""
    for seq in range(1, SEEN_EVERY + 1):
        wire.tell("event", topic, seq, frame(seq))
    while (await wire.command("seen"))["seq"] < 1:
        pass


async def test_a_paused_dashboard_stands_still_is_not_called_stale_and_catches_up(database, chrome):
    oldest = {"id": "j1", "task": "console.demo.tasks.count_stock", "run_at": datetime.now(UTC).isoformat()}
    start = 1_800_000_000
    async with desk(chrome) as (page, wire, _asked):
        await page.clock.install()
        await page.goto(f"{URL}/")
        await wire.command()
        points = [[start - 9 + n, 1, 0, 1] for n in range(10)]
        wire.tell("snapshot", "dashboard", 0, dashboard(per_second=points, oldest=oldest))
        await live(page)
        running = page.locator("#job-counts [data-field=running]")
        age, chart = page.locator("#oldest time"), page.locator("#chart")
        await press(page, "Pause")
        await expect(page.locator("#live-status")).to_have_text("paused")
        before = await age.text_content()
        await page.clock.run_for(15_000)
        await expect(page.locator("#verdict [role=status]")).to_have_text("All is well.")
        changes = {1: {"jobs": {"running": 4}}, 2: {"orders": {"fulfilled": 9}}}
        await tell_many(
            wire, "dashboard", lambda n: {"per_second": [[start + n, 1, 0, 1]]} | changes.get(n, {})
        )
        await live(page, "paused")
        await expect(running).to_have_text("3", timeout=1)
        await expect(chart).to_have_attribute("data-points", "10", timeout=1)
        await expect(age).to_have_text(before, timeout=1)
        await press(page, "Continue")
        await live(page)
        await expect(running).to_have_text("4")
        await expect(page.locator("#order-counts [data-field=fulfilled]")).to_have_text("9")
        await expect(chart).to_have_attribute("data-points", str(10 + SEEN_EVERY))
        await page.clock.run_for(1_000)
        await expect(age).not_to_have_text(before)


async def test_a_paused_order_keeps_its_newest_frame_until_one_goes_on(database, chrome):
    await open_shop()
    order = await order_in()
    topic = f"order:{order}"
    async with desk(chrome, viewport={"width": 360, "height": 800}) as (page, wire, _asked):
        await page.goto(f"{URL}/orders/{order}/")
        await wire.command()
        found = await order_now(order)
        wire.tell("snapshot", topic, 0, {"order": found})
        await live(page)
        await press(page, "Pause")
        await live(page, "paused")
        wire.tell("reset", topic, 0, {"order": found | {"state": "secured", "version": 2}})
        states = {SEEN_EVERY: "fulfilled"}
        await tell_many(
            wire,
            topic,
            lambda n: {"order": found | {"state": states.get(n, "fulfilling"), "version": 2 + n}},
        )
        badge = page.locator("article .badge").first
        await expect(badge).to_have_text("received", timeout=1)
        button = page.get_by_role("button", name="Continue")
        box = await button.bounding_box()
        assert min(box["width"], box["height"]) >= 24
        assert await page.evaluate("document.scrollingElement.scrollWidth") <= 360
        await button.click()
        await expect(badge).to_have_text("fulfilled")


async def test_a_page_that_does_not_change_has_nothing_to_pause(database, chrome):
    async with desk(chrome, "operator") as (page, _wire, _asked):
        await page.goto(f"{URL}/orders/new/")
        await expect(page.locator("#lines [data-remove-line]").first).to_be_visible()
        await expect(page.locator("[data-pause]")).to_be_hidden()
