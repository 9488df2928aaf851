"""Whether a page is live, as its status and its verdict say, in a real browser."""

import json

import pytest
from playwright.async_api import expect

from tests.console.test_pages_live import dashboard, live
from tests.console.window import URL, desk

pytestmark = pytest.mark.browser


async def test_a_dashboard_that_hears_nothing_any_more_does_not_say_that_all_is_well(database, chrome):
    async with desk(chrome) as (page, wire, _asked):
        await page.clock.install()
        await page.goto(f"{URL}/")
        await wire.command()
        wire.tell("snapshot", "dashboard", 0, dashboard())
        await expect(page.locator("#verdict [role=status]")).to_have_text("All is well.")
        await page.clock.run_for(15_000)
        await expect(page.locator("#verdict [role=status]")).to_contain_text("may be out of date")
        wire.tell("event", "dashboard", 1, {"per_second": []})
        await expect(page.locator("#verdict [role=status]")).to_have_text("All is well.")


async def test_a_dashboard_that_hears_nothing_is_not_called_live(database, chrome):
    async with desk(chrome) as (page, wire, _asked):
        await page.clock.install()
        await page.goto(f"{URL}/")
        await wire.command()
        wire.tell("snapshot", "dashboard", 0, dashboard())
        await live(page)
        for _ in range(5):
            wire.socket.send(json.dumps({"type": "ack", "id": 99, "data": {}}))  # the line itself is well
            await page.clock.run_for(1_000)
        await live(page, "behind")
        await expect(page.locator("#live-status")).to_have_text("5 s behind")
        await expect(page.locator("#verdict [role=status]")).to_contain_text("No news for")
        wire.tell("event", "dashboard", 1, {"per_second": []})
        await live(page)
        await expect(page.locator("#verdict [role=status]")).to_have_text("All is well.")


async def test_a_list_of_which_nothing_is_told_is_live(database, chrome):
    async with desk(chrome) as (page, wire, _asked):
        await page.clock.install()
        await page.goto(f"{URL}/orders/")
        await wire.command()
        wire.tell("snapshot", "orders", 0, {"rows": [], "counts": {}})
        await live(page)
        for _ in range(6):
            wire.socket.send(json.dumps({"type": "ack", "id": 99, "data": {}}))
            await page.clock.run_for(1_000)
        await live(page)
