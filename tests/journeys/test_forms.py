"""An order and a transfer among 2,000 customers on the real server: on a telephone, and without scripts."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from jobs import db
from orders import store
from tests.journeys.cast import hire_alice, open_shop
from tests.journeys.process import serving
from tests.journeys.test_browser import desk

pytestmark = pytest.mark.browser

CROWD = """
INSERT INTO customer (code, name)
SELECT 'X' || n, 'Firm ' || n || ' of Delft' FROM generate_series(1, 2000) AS n;
INSERT INTO account (code, name, currency, customer_id)
SELECT 'wallet:' || code || ':EUR', name || ', EUR', 'EUR', id FROM customer WHERE code LIKE 'X%';
INSERT INTO balance (account) SELECT id FROM account WHERE code LIKE 'wallet:X%';
"""


#: A telephone.
SMALL = {"width": 360, "height": 740}
WITHOUT_SCRIPTS: dict[str, Any] = {"viewport": SMALL, "java_script_enabled": False}


async def order_of(page: Page) -> dict[str, Any]:
    await page.wait_for_url("**/orders/*-*/")
    async with db.connection() as conn:
        order = await store.order_detail(conn, page.url.rstrip("/").rpartition("/")[2])
    assert order is not None
    return order


async def test_an_order_and_a_transfer_with_what_is_offered_on_a_telephone(
    database: None, chrome: Browser
) -> None:
    await open_shop()
    await db.pool().execute(CROWD)
    await hire_alice()
    async with serving() as server, desk(chrome, server.url, viewport=SMALL, has_touch=True) as page:
        await page.goto(f"{server.url}/orders/new/")
        await page.locator("input[name=customer]").press_sequentially("delft 1234")
        await page.locator("#offers li[data-code=X1234]").tap()
        await page.select_option("select[name=currency]", "EUR")
        await page.locator("input[name=sku]").first.press_sequentially("tea")
        await page.locator("#offers li").first.tap()
        await page.locator("input[name=quantity]").first.fill("2")
        await page.locator("input[name=quantity]").first.press("Enter")
        order = await order_of(page)
        assert (order["customer"], [line["sku"] for line in order["lines"]]) == ("X1234", ["TEA"])

        await page.goto(f"{server.url}/accounts/cash:EUR/")
        await page.locator("input[name=credit]").press_sequentially("1234 firm")
        await page.locator("#offers li[data-code='wallet:X1234:EUR']").tap()
        await page.fill("input[name=amount]", "12.34")
        await page.fill("input[name=reason]", "a gift")
        await page.click("main form button[type=submit]")
        await expect(page.get_by_text("12.34 EUR went to wallet:X1234:EUR.")).to_be_visible()


async def test_an_order_of_many_lines_and_a_transfer_without_scripts(database: None, chrome: Browser) -> None:
    await open_shop()
    await db.pool().execute(CROWD)
    await hire_alice()
    async with serving() as server, desk(chrome, server.url, **WITHOUT_SCRIPTS) as page:
        await page.goto(f"{server.url}/orders/new/")
        await page.fill("input[name=customer]", "delft 1234")
        await page.select_option("select[name=currency]", "EUR")
        await page.locator("input[name=sku]").first.fill("tea")
        await page.click("text=Look up what is typed")
        await expect(page.locator("input[name=customer]")).to_have_value("X1234")
        await expect(page.locator("input[name=sku]").first).to_have_value("TEA")
        for lines in (4, 5):
            await page.click("text=Add a line")
            await expect(page.locator("input[name=sku]")).to_have_count(lines)
        for line in range(5):
            await page.locator("input[name=sku]").nth(line).fill("TEA")
            await page.locator("input[name=quantity]").nth(line).fill(str(line + 1))
        await page.click("text=Submit the order")
        order = await order_of(page)
        assert (order["customer"], [line["quantity"] for line in order["lines"]]) == (
            "X1234",
            [1, 2, 3, 4, 5],
        )

        await page.goto(f"{server.url}/accounts/cash:EUR/")
        await page.fill("input[name=credit]", "Firm 1234 of Delft")
        await page.fill("input[name=amount]", "12.34")
        await page.fill("input[name=reason]", "a gift")
        await page.click("main form button[type=submit]")
        await expect(page.get_by_text("12.34 EUR went to wallet:X1234:EUR.")).to_be_visible()
