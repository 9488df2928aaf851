"""A fresh shop, as the README says: goods and a customer in the administration, money, and a first order."""

import pytest
from playwright.async_api import Browser, expect

from jobs import db
from orders import store
from tests.console.admin.rows import address
from tests.console.admin.test_browser import office
from tests.journeys.process import serving

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]


async def test_an_empty_shop_takes_its_first_order(chrome: Browser) -> None:
    async with serving() as server, office(chrome, server.url) as page:

        async def add(model: str, **fields: str) -> None:
            await page.goto(server.url + address(model, "add"))
            for name, value in fields.items():
                await page.fill(f"input[name={name}]", value)
            await page.click("input[name=_save]")
            await expect(page.locator(".messagelist .success")).to_be_visible()

        await add("orders.product", sku="CUP", name="Cup", currency="EUR", price="12.50", on_hand="7")
        await add("orders.customer", code="ADA", name="Ada Lovelace", wallets="EUR")

        await page.goto(f"{server.url}/accounts/cash:EUR/")
        await page.fill("input[name=credit]", "Ada Lovelace")
        await page.fill("input[name=amount]", "100")
        await page.fill("input[name=reason]", "to begin with")
        await page.click("main form button[type=submit]")
        await expect(page.get_by_text("100.00 EUR went to wallet:ADA:EUR.")).to_be_visible()

        await page.goto(f"{server.url}/orders/new/")
        await page.fill("input[name=customer]", "Ada Lovelace")
        await page.select_option("select[name=currency]", "EUR")
        await page.locator("input[name=sku]").first.fill("Cup")
        await page.locator("input[name=quantity]").first.fill("2")
        await page.click("text=Submit the order")
        await page.wait_for_url("**/orders/*-*/")
        await expect(page.locator("main .badge[data-state=fulfilled]").first).to_be_visible()
        async with db.connection() as conn:
            wallet = await store.account_by_code(conn, "wallet:ADA:EUR")
        assert wallet is not None
        assert wallet["posted"] == 7_500
