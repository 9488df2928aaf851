"""An account's page in a real browser: its numbers and transfers follow."""

import pytest
from playwright.async_api import expect

from jobs import db
from orders import store
from tests.console.desk import open_shop, order_in
from tests.console.window import URL, desk
from tests.orders.desk import secure

pytestmark = pytest.mark.browser

ADA = "wallet:C001:EUR"


async def ada():
    async with db.connection() as conn:
        return await store.account_detail(conn, ADA)


async def test_an_accounts_numbers_and_transfers_follow(database, chrome):
    await open_shop()
    before = await ada()
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}/accounts/{ADA}/")
        topic = f"account:{before['id']}"
        assert (await wire.command())["topic"] == topic
        first = page.locator("[data-list=transfers] a").first
        await first.focus()
        wire.tell("snapshot", topic, 0, {"account": before})
        await expect(page.locator("[data-field=held]")).to_have_text("0.00 EUR")
        order = await order_in()
        await secure(order)
        wire.tell("event", topic, 1, {"account": await ada()})
        await expect(page.locator("[data-field=held]")).not_to_have_text("0.00 EUR")
        newest = page.locator("[data-list=transfers] tr").first
        await expect(newest.locator("[data-field=state]")).to_have_text("held")
        await expect(page.locator("[data-list=transfers] tr").nth(1).locator("a").first).to_be_focused()
        await expect(newest.locator("[data-field=order_number]")).to_have_attribute(
            "href", f"/orders/{order}/"
        )
        oldest = page.locator("[data-list=transfers] tr").last
        await expect(oldest.locator("[data-when=order]")).to_be_hidden()


async def test_the_list_of_accounts_follows_in_place(database, chrome):
    await open_shop()
    row = {name: value for name, value in (await ada()).items() if name != "transfers"}
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}/accounts/?customer=C001")
        assert await wire.command() == {"id": 1, "type": "subscribe", "topic": "accounts"}
        wire.tell("snapshot", "accounts", 0, {"rows": [], "changed": True})
        shown = page.locator(f"tr[data-id='{row['id']}']")
        before = await page.locator("tbody tr").count()
        told = row | {"id": str(row["id"]), "posted": 123456789, "version": row["version"] + 1}
        other = told | {"id": "999999", "code": "wallet:NEW:EUR"}
        wire.tell("event", "accounts", 1, {"rows": [told, other]})
        await expect(shown.locator("[data-field=posted]")).to_have_text("1,234,567.89 EUR")
        await expect(page.locator("tbody tr")).to_have_count(before)
        await expect(page.locator(".fresh")).to_be_hidden()
        wire.tell("reset", "accounts", 5, {"rows": [], "changed": True}, epoch="e2")
        await expect(page.locator(".fresh")).to_contain_text("The list has changed")
