"""The lines of the order form in a real Chromium: added, removed, named, no more than the form takes."""

import pytest
from playwright.async_api import expect

from tests.console.desk import open_shop
from tests.console.window import URL, desk

pytestmark = pytest.mark.browser


async def test_lines_of_the_order_form_are_added_and_removed(database, chrome):
    await open_shop()
    async with desk(chrome, "operator") as (page, wire, _asked):
        await page.goto(f"{URL}/orders/new/")
        lines = page.locator("#lines > li")
        await expect(lines).to_have_count(3)
        await page.click("#add-line")
        await expect(lines).to_have_count(4)
        for left in (3, 2, 1):
            await lines.first.locator("[data-remove-line]").click()
            await expect(lines).to_have_count(left)
        await expect(lines.locator("[data-remove-line]")).to_be_hidden()
        assert wire.socket is None  # nothing here is live


@pytest.mark.parametrize(("language", "name"), [("en", "Remove line {}"), ("zh-hans", "删除第 {} 行")])
async def test_each_button_that_removes_a_line_says_which_and_stands_beside_its_fields(
    database, chrome, settings, language, name
):
    settings.LANGUAGE_CODE = language
    await open_shop()
    async with desk(chrome, "operator") as (page, _wire, _asked):
        await page.goto(f"{URL}/orders/new/")
        await page.click("#add-line")
        seen = await page.locator("[data-remove-line]").first.inner_text()
        assert name.startswith(seen)  # who speaks to the page says what they see
        for line in (1, 2, 3, 4):
            await expect(page.get_by_role("button", name=name.format(line), exact=True)).to_be_visible()
        await page.get_by_role("button", name=name.format(2)).click()
        await expect(page.get_by_role("button", name=name.format(3), exact=True)).to_be_visible()
        await expect(page.get_by_role("button", name=name.format(4))).to_have_count(0)
        last = page.locator("#lines > li").last
        field = await last.locator("input[name=quantity]").bounding_box()
        button = await last.locator("[data-remove-line]").bounding_box()
        assert (button["y"], button["height"]) == pytest.approx((field["y"], field["height"]), abs=0.5)


async def test_the_form_stops_at_the_lines_it_takes_and_says_where_more_go(database, chrome):
    await open_shop()
    async with desk(chrome, "operator") as (page, _wire, _asked):
        await page.goto(f"{URL}/orders/new/")
        await expect(page.locator("#enough-lines")).to_be_hidden()
        await page.evaluate("for (let n = 3; n < 100; n += 1) document.getElementById('add-line').click()")
        await expect(page.locator("#lines > li")).to_have_count(100)
        await expect(page.locator("#add-line")).to_be_disabled()
        await expect(page.locator("#enough-lines")).to_contain_text("manage.py orders_submit")
        await page.get_by_role("button", name="Remove line 7", exact=True).click()
        await expect(page.locator("#add-line")).to_be_enabled()
        await expect(page.locator("#enough-lines")).to_be_hidden()
