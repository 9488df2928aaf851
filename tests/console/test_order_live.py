"""An order's page in a real Chromium: what its carriers said, whom it waits for, its timeline."""

import pytest
from playwright.async_api import expect

from jobs import db
from orders import store
from tests.console.desk import ask_in_vain, open_shop, order_in
from tests.console.manners import looks
from tests.console.window import URL, desk

pytestmark = pytest.mark.browser

#: A browser has none on a page over plain http.
CLIPBOARD = """
Object.defineProperty(navigator, "clipboard", {value: {writeText: (text) => (window.copied = text)}});
"""


async def order_now(id):
    async with db.connection() as conn:
        return await store.order_detail(conn, id)


async def test_answers_given_again_are_folded_and_the_keyboard_opens_them(database, chrome):
    await open_shop()
    order = await order_in()
    await ask_in_vain(order, 4)
    async with desk(chrome, "operator", bypass_csp=True) as (page, wire, _asked):
        await page.add_init_script(looks.SCRIPTS)
        await page.goto(f"{URL}/orders/{order}/")
        await wire.command()
        shown, folded = page.locator("[data-list=quotes] tr"), page.locator("[data-list=repeated] tr")
        summary = page.locator(".fold summary")
        await expect(shown).to_have_count(3)
        await expect(folded.first).to_be_hidden()
        await ask_in_vain(order, 5, 5)
        found = await order_now(order)
        wire.tell("snapshot", f"order:{order}", 0, {"order": found | {"version": 9}})
        await expect(summary).to_have_text("Earlier answers like these: 12")
        await expect(shown).to_have_count(3)
        await expect(shown.first).to_contain_text("5")
        await summary.focus()
        await page.keyboard.press("Enter")
        await expect(folded).to_have_count(12)
        await expect(folded.last).to_be_visible()
        assert await looks.axe(page) == []
        won = [quote | {"repeated": False} for quote in found["quotes"][:1]]
        wire.tell("event", f"order:{order}", 1, {"order": found | {"version": 10, "quotes": won}})
        await expect(summary).to_be_hidden()
        await expect(folded).to_have_count(0)
        wire.tell("event", f"order:{order}", 2, {"order": found | {"version": 11, "quotes": []}})
        await expect(page.get_by_text("No carrier was asked.")).to_be_visible()


async def test_without_javascript_answers_given_again_are_opened_too_also_as_cards(database, chrome):
    await open_shop()
    order = await order_in()
    await ask_in_vain(order, 4)
    narrow = {"width": 360, "height": 800}
    async with desk(chrome, java_script_enabled=False, viewport=narrow) as (page, _wire, _asked):
        await page.goto(f"{URL}/orders/{order}/")
        folded = page.locator("[data-list=repeated] tr")
        await expect(folded).to_have_count(9)
        await expect(folded.first).to_be_hidden()
        await page.locator(".fold summary").click()
        await expect(folded.first).to_be_visible()


async def test_an_order_that_comes_to_need_a_person_leads_to_the_job_it_waits_for(database, chrome):
    await open_shop()
    order = await order_in()
    async with desk(chrome, "operator") as (page, wire, _asked):
        await page.goto(f"{URL}/orders/{order}/")
        await wire.command()
        found = await order_now(order)
        stuck, job = page.locator("#stuck"), found["jobs"][0] | {"id": "j1"}
        alert = job | {"id": "j2", "task": "orders.tasks.alert", "state": "succeeded"}
        failed = [job | {"state": "failed", "task": "orders.tasks.quote"}, alert]
        wire.tell("snapshot", f"order:{order}", 0, {"order": found})
        told = found | {"version": 2, "attention": "no carrier", "jobs": failed}
        wire.tell("event", f"order:{order}", 1, {"order": told})
        await expect(stuck).to_contain_text("orders.tasks.quote")
        await expect(stuck.locator("a").first).to_have_attribute("href", "/jobs/j1/")
        await expect(stuck.get_by_role("link", name="Retry the job")).to_have_attribute(
            "href", "/jobs/j1/retry/"
        )
        again = [failed[0] | {"state": "ready", "version": 9}, alert]
        wire.tell("event", f"order:{order}", 2, {"order": told | {"version": 3, "jobs": again}})
        await expect(stuck).to_be_hidden()
        await expect(page.locator("[data-when=attention]")).to_be_visible()


async def test_what_is_told_again_and_again_is_one_entry_of_the_timeline(database, chrome):
    await open_shop()
    order = await order_in()
    async with desk(chrome, timezone_id="UTC") as (page, wire, _asked):
        await page.goto(f"{URL}/orders/{order}/")
        await wire.command()
        found = await order_now(order)
        told = found["events"][0] | {"actor": "task:quote", "reason": "a: busy"}
        events = [told | {"id": n, "at": f"2026-01-02T03:0{n}:00+00:00"} for n in range(3)]
        entries = page.locator(".timeline[data-list=events] > li")
        for seq, many in enumerate((1, 2, 3)):
            row = found | {"version": 2 + seq, "events": events[:many]}
            wire.tell("event" if seq else "snapshot", f"order:{order}", seq, {"order": row})
        await expect(entries).to_have_count(1)
        await expect(entries.locator(".why .by")).to_have_text("· 3 times, the first at 2 Jan, 03:00")
        await expect(entries.locator("time").last).to_have_text("2 Jan, 03:02")
        other = told | {"id": 7, "reason": "b: ill", "at": "2026-01-02T03:09:00+00:00"}
        row = found | {"version": 9, "events": [*events, other]}
        wire.tell("event", f"order:{order}", 3, {"order": row})
        await expect(entries).to_have_count(2)
        await expect(entries.last.locator(".why .by")).to_be_hidden()
