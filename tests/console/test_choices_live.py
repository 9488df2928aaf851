"""Fields that offer what fits what is typed into them, in a real Chromium: keys, fingers, late answers."""

import asyncio

import pytest
from playwright.async_api import expect

from jobs import db
from tests.console.desk import open_shop
from tests.console.manners import looks
from tests.console.window import URL, desk

pytestmark = pytest.mark.browser

FORM = f"{URL}/orders/new/"
ADA = f"{URL}/accounts/wallet:C001:EUR/"


async def open_large_shop():
    await open_shop()
    await db.pool().execute(
        "INSERT INTO customer (code, name)"
        " SELECT 'X' || n, 'Firm ' || n || ' of Delft' FROM generate_series(1, 2000) AS n"
    )


def customer(page):
    return page.locator("input[name=customer]")


def offers(page):
    return page.locator("#offers > li")


async def test_words_in_any_order_are_offered_and_the_keys_take_one(database, chrome):
    await open_large_shop()
    async with desk(chrome, "operator") as (page, _wire, _asked):
        await page.goto(FORM)
        field = page.get_by_role("combobox", name="Customer")
        await expect(page.locator(".offers")).to_be_hidden()
        await field.press_sequentially("delft 1234")
        await expect(offers(page)).to_have_count(1)
        await expect(field).to_have_attribute("aria-expanded", "true")
        await field.press("ArrowDown")
        chosen = page.locator("#offers [aria-selected=true]")
        await expect(chosen).to_contain_text("Firm 1234 of Delft")
        await expect(field).to_have_attribute("aria-activedescendant", await chosen.get_attribute("id"))
        await field.press("Enter")
        await expect(field).to_have_value("X1234")
        await expect(page.locator(".named")).to_have_text("Firm 1234 of Delft")
        await expect(page.locator(".offers")).to_be_hidden()
        await expect(field).to_have_attribute("aria-expanded", "false")
        assert page.url == FORM


async def test_escape_leaves_what_was_typed_and_the_arrows_go_round(database, chrome):
    await open_large_shop()
    async with desk(chrome, "operator") as (page, _wire, _asked):
        await page.goto(FORM)
        field = customer(page)
        await field.press("ArrowDown")
        await expect(offers(page)).to_have_count(100)
        await expect(page.locator(".offers p")).to_have_text(
            "These are the first 100: type more to find others."
        )
        await field.press("ArrowUp")
        await expect(offers(page).last).to_have_attribute("aria-selected", "true")
        await expect(offers(page).last).to_be_in_viewport()
        await field.press("ArrowDown")
        await expect(offers(page).first).to_have_attribute("aria-selected", "true")
        await field.press("Escape")
        await expect(page.locator(".offers")).to_be_hidden()
        await field.press_sequentially("nobody at all")
        await expect(page.locator(".offers p")).to_have_text("Nothing fits.")
        await expect(page.locator("#offers")).to_be_hidden()
        await field.press("Escape")
        await expect(field).to_have_value("nobody at all")


async def test_a_fresh_line_offers_products_in_the_orders_currency(database, chrome):
    await open_large_shop()
    async with desk(chrome, "operator") as (page, _wire, _asked):
        await page.goto(FORM)
        await page.select_option("select[name=currency]", "JPY")
        first = page.locator("input[name=sku]").first
        await first.click()
        await expect(offers(page)).to_have_text(["BOWL Tea <bowl> 1,200 JPY"])
        await first.press_sequentially("nothing of this")
        await expect(page.locator(".offers p")).to_have_text("Nothing fits.")
        await page.select_option("select[name=currency]", "EUR")
        await page.click("#add-line")
        fresh = page.locator("input[name=sku]").last
        await expect(fresh).to_be_focused()
        await fresh.press("ArrowDown")
        await expect(offers(page)).to_have_text(["TEA Green tea 4.50 EUR"])
        await offers(page).first.click()
        await expect(fresh).to_have_value("TEA")
        await expect(fresh).to_be_focused()


async def test_an_answer_that_comes_late_is_dropped_and_the_question_before_is_given_up(database, chrome):
    await open_large_shop()
    async with desk(chrome, "operator") as (page, _wire, _asked):
        await page.goto(FORM)
        held, let_go, given_up = asyncio.Event(), asyncio.Event(), asyncio.Event()

        async def hold(route):
            held.set()
            await let_go.wait()
            await route.fulfill(json={"choices": [{"code": "LATE", "name": "Too late"}], "more": False})

        page.on("requestfailed", lambda request: given_up.set() if request.url.endswith("q=lo") else None)
        await page.route("**/choices/customers/?q=lo", hold)
        await customer(page).press_sequentially("lo")
        async with asyncio.timeout(10):
            await held.wait()
        await customer(page).press_sequentially("velace")
        await expect(offers(page)).to_have_text(["C001 Ada Lovelace"])
        async with asyncio.timeout(10):
            await given_up.wait()
        let_go.set()
        await customer(page).press_sequentially(" ada")
        await expect(offers(page)).to_have_text(["C001 Ada Lovelace"])


@pytest.mark.parametrize("status", [302, 503, None])
async def test_what_cannot_be_looked_up_is_said_politely(database, chrome, status):
    await open_large_shop()
    async with desk(chrome, "operator") as (page, _wire, _asked):
        await page.goto(FORM)

        async def refuse(route):
            if status is None:
                await route.abort()
            elif status == 302:
                await route.fulfill(status=302, headers={"Location": "/sign-in/?next=/"})
            else:
                await route.fulfill(status=status, body="later")

        await page.route("**/choices/**", refuse)
        await customer(page).press_sequentially("ada")
        await expect(page.locator("#announcement")).to_contain_text("could not be looked up just now")
        await expect(page.locator(".offers")).to_be_hidden()
        await page.unroute("**/choices/**")
        await customer(page).press("ArrowDown")
        await expect(offers(page)).to_have_text(["C001 Ada Lovelace"])


async def test_money_is_offered_the_accounts_it_can_go_to(database, chrome):
    await open_large_shop()
    async with desk(chrome, "operator") as (page, _wire, _asked):
        await page.goto(ADA)
        field = page.get_by_role("combobox", name="To account")
        await field.press_sequentially("noyce")
        await expect(offers(page)).to_have_text(["wallet:C002:EUR Bob Noyce, EUR"])
        await field.press("Tab")
        await expect(page.locator(".offers")).to_be_hidden()
        await expect(field).to_have_value("noyce")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_open_list_has_manners_and_takes_a_finger(database, chrome, scheme):
    await open_large_shop()
    await db.pool().execute(
        "UPDATE customer SET name = repeat('Longer-than-anybody-types', 9) WHERE code = 'X1'"
    )
    how = {"color_scheme": scheme, "has_touch": True, "viewport": {"width": 360, "height": 740}}
    async with desk(chrome, "operator", **how, bypass_csp=True) as (page, _wire, _asked):
        await page.add_init_script(looks.SCRIPTS)
        await page.goto(FORM)
        await customer(page).tap()
        await expect(offers(page)).to_have_count(100)
        await customer(page).press("ArrowDown")
        assert await looks.axe(page) == []
        assert await looks.too_small(page) == []
        assert await page.evaluate("looks.sticksOut()") == []
        await offers(page).nth(2).tap()
        await expect(customer(page)).to_have_value("X1")
        assert await page.evaluate("looks.sticksOut()") == []
        sku = page.locator("input[name=sku]").nth(1)
        await sku.tap()
        await expect(offers(page)).to_have_count(2)
        assert await looks.axe(page) == []
        assert await page.evaluate("looks.sticksOut()") == []


async def test_letters_that_are_still_put_together_take_nothing(database, chrome):
    await open_large_shop()
    async with desk(chrome, "operator") as (page, _wire, _asked):
        await page.goto(FORM)
        await customer(page).press_sequentially("ada")
        await expect(offers(page)).to_have_count(1)
        await customer(page).press("ArrowDown")
        await customer(page).evaluate(
            "field => field.dispatchEvent(new KeyboardEvent('keydown',"
            " {key: 'Enter', bubbles: true, cancelable: true, isComposing: true}))"
        )
        await expect(customer(page)).to_have_value("ada")
        await customer(page).press("Enter")
        await expect(customer(page)).to_have_value("C001")


@pytest.mark.parametrize(("key", "next_"), [("Tab", "currency"), ("Shift+Tab", "")])
async def test_tab_takes_the_offer_that_is_marked_and_goes_on(database, chrome, key, next_):
    await open_large_shop()
    async with desk(chrome, "operator") as (page, _wire, _asked):
        await page.goto(FORM)
        await customer(page).press_sequentially("delft 1234")
        await expect(offers(page)).to_have_count(1)
        await customer(page).press("ArrowDown")
        await customer(page).press(key)
        await expect(customer(page)).to_have_value("X1234")
        await expect(page.locator(".named")).to_have_text("Firm 1234 of Delft")
        await expect(page.locator(".offers")).to_be_hidden()
        await expect(customer(page)).not_to_be_focused()
        if next_:
            await expect(page.locator(f"[name={next_}]")).to_be_focused()


async def test_tab_leaves_a_long_list_for_the_next_field(database, chrome):
    """A list that scrolls would itself be a stop of Tab, and go with the focus as it closes."""
    await open_large_shop()
    async with desk(chrome, "operator") as (page, _wire, _asked):
        await page.goto(FORM)
        await customer(page).press("ArrowDown")
        await expect(offers(page)).to_have_count(100)
        await customer(page).press("Tab")
        await expect(page.locator("select[name=currency]")).to_be_focused()
        await expect(page.locator(".offers")).to_be_hidden()
