"""Lists in a real Chromium: nothing moves under who reads, what is new is offered, all is in the address."""

import pytest
from playwright.async_api import expect

from tests.console.desk import open_shop, order_in
from tests.console.test_pages_live import all_rows, live, row_of
from tests.console.window import URL, desk

pytestmark = pytest.mark.browser


async def opened(page, wire, address="/orders/", rows=None):
    await page.goto(f"{URL}{address}")
    command = await wire.command()
    wire.tell("snapshot", "orders", 0, {"rows": await all_rows() if rows is None else rows, "counts": {}})
    await live(page)
    return command


async def new_ones(wire, count, seq=1):
    """So many new orders, an event each."""
    made = [await order_in() for _ in range(count)]
    for place, order in enumerate(made):
        wire.tell("event", "orders", seq + place, {"rows": [await row_of(order)], "counts": {}})
    return [str(order) for order in made]


def ids(page):
    return page.locator("tbody tr").evaluate_all("rows => rows.map(row => row.dataset.id)")


def places(page):
    return page.locator("tbody tr").evaluate_all("rows => rows.map(row => row.getBoundingClientRect().top)")


async def fresh(page, words):
    await expect(page.locator(".fresh [data-fresh]")).to_have_text(words)


async def test_rows_do_not_move_under_the_pointer_and_come_in_when_it_leaves(database, chrome):
    await open_shop()
    shown = [str(await order_in()) for _ in range(3)][::-1]
    async with desk(chrome) as (page, wire, _asked):
        await opened(page, wire)
        await page.locator("tbody tr").nth(1).hover()
        before = await places(page)
        made = await new_ones(wire, 12)
        await fresh(page, "12 new — show")
        assert (await ids(page), await places(page)) == (shown, before)
        moved = await row_of(shown[1]) | {"state": "fulfilled", "version": 9}
        wire.tell("event", "orders", 13, {"rows": [moved], "counts": {}})
        await expect(page.locator(f"tr[data-id='{shown[1]}'] .badge")).to_have_text("fulfilled")
        assert await ids(page) == shown
        await page.mouse.move(5, 5)
        await expect(page.locator("tbody tr")).to_have_count(15)
        assert await ids(page) == made[::-1] + shown
        await expect(page.locator(".fresh")).to_be_hidden()


async def test_a_row_that_left_stays_under_the_focus_in_its_new_state(database, chrome):
    await open_shop()
    order = str(await order_in())
    async with desk(chrome) as (page, wire, _asked):
        await opened(page, wire, "/orders/?state=received")
        await page.locator("tbody a").first.focus()
        gone = await row_of(order) | {"state": "secured", "version": 2}
        wire.tell("event", "orders", 1, {"rows": [gone], "gone": [order], "counts": {}})
        await expect(page.locator("tbody .badge")).to_have_text("secured")
        await page.locator("#q").focus()
        await expect(page.locator("tbody tr")).to_have_count(0)


async def test_a_row_that_enters_a_filter_is_shown_in_its_place_however_old_it_is(database, chrome):
    await open_shop()
    made = [await order_in() for _ in range(3)]
    async with desk(chrome) as (page, wire, _asked):
        await opened(page, wire, "/orders/?state=secured", rows=[])
        for seq, place in enumerate((1, 0, 2), start=1):
            row = await row_of(made[place]) | {"state": "secured", "version": 2}
            wire.tell("event", "orders", seq, {"rows": [row], "counts": {}})
            await expect(page.locator("tbody tr")).to_have_count(seq)
        assert await ids(page) == [str(order) for order in made[::-1]]
        await expect(page.locator(".pager [rel=next]")).to_be_hidden()


async def test_paused_the_banner_says_how_much_waits_and_it_goes_on_with_all_of_it(database, chrome):
    await open_shop()
    shown = [str(await order_in())]
    async with desk(chrome) as (page, wire, _asked):
        await opened(page, wire)
        await page.get_by_role("button", name="Pause").click()
        await live(page, "paused")
        await expect(page.locator("#live-status")).to_have_text("paused")
        made = await new_ones(wire, 3)
        await expect(page.locator("#live-status")).to_have_text("paused, 3 waiting")
        assert await ids(page) == shown
        there = [row for row in await all_rows() if row["id"] != made[0]]
        wire.tell("reset", "orders", 0, {"rows": there, "counts": {}}, epoch="e2")
        await expect(page.locator("#live-status")).to_have_text("paused, 2 waiting")
        await page.get_by_role("button", name="Continue").click()
        await live(page)
        await expect(page.locator("tbody tr")).to_have_count(3)
        assert await ids(page) == [made[2], made[1], *shown]


async def test_what_waits_past_a_thousand_rows_is_counted_and_put_in_order_once_an_event(database, chrome):
    await open_shop()
    row = await row_of(await order_in())
    async with desk(chrome) as (page, wire, _asked):
        await opened(page, wire)
        await page.get_by_role("button", name="Pause").click()
        await page.evaluate(
            "() => { const { sort } = Array.prototype; window.sorted = 0;"
            " Array.prototype.sort = function () { sorted += 1; return sort.apply(this, arguments); } }"
        )
        made = [f"ffffffff-ffff-7fff-8fff-{n:012x}" for n in range(1_200)]
        for seq in range(1, 4):
            rows = [row | {"id": id, "version": 1} for id in made[400 * (seq - 1) : 400 * seq]]
            wire.tell("event", "orders", seq, {"rows": rows, "counts": {}})
        await expect(page.locator("#live-status")).to_have_text("paused, 1,200 waiting")
        assert await page.evaluate("sorted") <= 3
        gone = {"rows": [row | {"id": id, "version": 2} for id in made[250:]], "gone": made[250:]}
        wire.tell("event", "orders", 4, {**gone, "counts": {}})
        await expect(page.locator("#live-status")).to_have_text("paused, 250 waiting")
        await page.get_by_role("button", name="Continue").click()
        await expect(page.locator("tbody tr")).to_have_count(50)
        assert await ids(page) == made[249:199:-1]
        await expect(page.locator(".pager [rel=next]")).to_have_attribute(
            "href", f"{URL}/orders/?after={made[200]}"
        )


async def test_who_has_scrolled_down_is_offered_what_is_new_and_shown_it_from_the_top(database, chrome):
    await open_shop()
    made = [str(await order_in()) for _ in range(50)]
    async with desk(chrome) as (page, wire, _asked):
        await opened(page, wire, "/orders/?state=received")
        await page.evaluate("scrollTo(0, document.body.scrollHeight)")
        before = await places(page)
        (new,) = await new_ones(wire, 1)
        await fresh(page, "1 new — show")
        assert await places(page) == before
        await page.locator("[data-fresh]").click()
        await expect(page.locator("tbody tr").first).to_have_attribute("data-id", new)
        await expect(page.locator("tbody tr").first).to_be_in_viewport()
        older = f"{URL}/orders/?state=received&after={made[1]}"
        await expect(page.locator(".pager [rel=next]")).to_have_attribute("href", older)
        await page.mouse.move(5, 5)
        gone = [await row_of(order) | {"state": "secured", "version": 2} for order in made[1:4]]
        deep = await row_of(made[0]) | {"version": 2}
        wire.tell("event", "orders", 2, {"rows": [*gone, deep], "gone": made[1:4], "counts": {}})
        await expect(page.locator("tbody tr")).to_have_count(47)
        assert await ids(page) == [new, *made[:3:-1]]
        await expect(page.locator(".pager [rel=next]")).to_have_attribute("href", older)
        newer = [f"ffffffff-ffff-7fff-8fff-{n:012x}" for n in range(50, 0, -1)]
        row = await row_of(new)
        rows = [row | {"id": id} for id in newer]  # between these and those shown there may be more
        wire.tell("reset", "orders", 0, {"rows": rows, "counts": {}}, epoch="e2")
        older = f"{URL}/orders/?state=received&after={newer[-1]}"
        await expect(page.locator(".pager [rel=next]")).to_have_attribute("href", older)
        assert await ids(page) == newer


async def test_an_older_page_keeps_its_rows_and_leads_to_the_new_ones(database, chrome):
    await open_shop()
    made = [str(await order_in()) for _ in range(52)]
    async with desk(chrome) as (page, wire, _asked):
        await opened(page, wire)
        await page.get_by_role("link", name="Older").click()
        await wire.command()
        wire.tell("snapshot", "orders", 0, {"rows": await all_rows(), "counts": {}})
        await live(page)
        await expect(page.locator("tbody tr")).to_have_count(2)
        moved = [await row_of(order) | {"state": "secured", "version": 2} for order in made[:3]]
        wire.tell("event", "orders", 1, {"rows": moved, "counts": {}})
        await expect(page.locator("tbody .badge").first).to_have_text("secured")
        assert await ids(page) == [made[1], made[0]]
        await expect(page.locator(".fresh")).to_be_hidden()
        await new_ones(wire, 1, seq=2)
        await fresh(page, "1 new — show")
        await page.get_by_role("link", name="Newer").click()
        await expect(page.locator("tbody tr")).to_have_count(50)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("/orders/?sort=-total", id="another order"),
        pytest.param("/orders/?since=2020-01-01&zone=UTC", id="another filter"),
    ],
)
async def test_what_the_hub_cannot_decide_is_said_to_have_changed(database, chrome, address):
    await open_shop()
    order = str(await order_in())
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}{address}")
        assert (await wire.command())["filter"] == {"other": "1"}
        wire.tell("snapshot", "orders", 0, {"rows": [], "changed": True, "counts": {}})
        await live(page)
        await expect(page.locator(".fresh")).to_be_hidden()  # it was made just now
        assert await ids(page) == [order]
        moved = await row_of(order) | {"state": "secured", "version": 2}
        wire.tell("event", "orders", 1, {"rows": [moved], "changed": True, "counts": {}})
        await expect(page.locator("tbody .badge")).to_have_text("secured")
        await fresh(page, "The list has changed — show")
        await order_in()
        await page.locator("[data-fresh]").click()
        await expect(page.locator("tbody tr")).to_have_count(2)


async def test_the_way_back_keeps_filter_and_order(database, chrome):
    await open_shop()
    await order_in()
    async with desk(chrome) as (page, wire, _asked):
        await opened(page, wire, "/orders/?state=received&sort=-updated")
        await page.locator("tbody a").first.click()
        await page.wait_for_url("**/orders/*-*/")
        await page.go_back()
        assert page.url == f"{URL}/orders/?state=received&sort=-updated"
        await expect(page.locator(".filter [aria-current]")).to_contain_text("received")
        await expect(page.locator("th[aria-sort=descending]")).to_contain_text("Last change")


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("logged_out", "signed out: you signed out elsewhere"),
        ("password_changed", "signed out: your password was changed"),
        ("disabled", "signed out: your account was disabled"),
        ("session_ended", "signed out: your session has ended"),
    ],
)
async def test_the_banner_says_why_one_is_signed_out_and_leads_back(database, chrome, why, words):
    await open_shop()
    async with desk(chrome) as (page, wire, _asked):
        await opened(page, wire)
        wire.socket.send(f'{{"type": "signed_out", "why": "{why}"}}')
        await wire.socket.close(code=4401)
        await live(page, "signed-out")
        await expect(page.locator("#live-status")).to_have_text(words)
        await expect(page.locator("[data-sign-in]")).to_have_attribute("href", "/sign-in/?next=/orders/")


async def test_without_javascript_a_list_is_narrowed_sorted_and_turned(database, chrome):
    await open_shop()
    made = [str(await order_in()) for _ in range(51)]
    async with desk(chrome, java_script_enabled=False) as (page, _wire, _asked):
        await page.goto(f"{URL}/orders/")
        assert (await ids(page))[0] == made[-1]
        await page.get_by_text("Filter", exact=True).click()
        await page.get_by_label("Door").select_option("api")
        await page.get_by_role("button", name="Apply").click()
        await page.wait_for_url("**/orders/?door=api")
        await page.get_by_role("link", name="Older").click()
        assert await ids(page) == [made[0]]
        await page.get_by_role("link", name="Newest").click()
        await page.locator("th").get_by_role("link", name="Received").click()
        assert (await ids(page))[0] == made[0]
        await expect(page.locator("[data-pause]")).to_be_hidden()


async def test_a_long_list_keeps_its_heads_in_sight_below_its_bar(database, chrome):
    await open_shop()
    for _ in range(40):
        await order_in()
    async with desk(chrome, viewport={"width": 1280, "height": 700}) as (page, wire, _asked):
        await opened(page, wire, "/orders/?customer=C001")
        head, bar = page.get_by_role("columnheader", name="State"), page.locator(".tools")
        before = (await head.bounding_box())["y"]
        await page.evaluate("scrollTo(0, 500)")
        there, above = await head.bounding_box(), await bar.bounding_box()
        assert above["y"] == 0
        assert there["y"] == pytest.approx(above["height"], abs=1)
        assert before > there["y"]


async def test_on_a_narrow_screen_a_row_is_a_card_and_still_a_row_of_a_table(database, chrome):
    await open_shop()
    await order_in()
    label = "cell => getComputedStyle(cell, '::before').content"
    async with desk(chrome, viewport={"width": 360, "height": 800}) as (page, wire, _asked):
        await opened(page, wire)
        made, *_ = await new_ones(wire, 1)
        card = page.locator(f"tr[data-id='{made}']")  # the browser made it, out of the list's template
        cells = card.get_by_role("cell")
        assert [await cells.nth(n).evaluate(label) for n in (0, 4)] == ['"Order" / ""', '"Total" / ""']
        first, second = await cells.nth(0).bounding_box(), await cells.nth(1).bounding_box()
        assert second["y"] >= first["y"] + first["height"]
        await expect(page.get_by_role("columnheader", name="State")).to_be_attached()
        await page.get_by_role("link", name="Last change").click()
        await expect(page.get_by_role("columnheader", name="Last change")).to_have_attribute(
            "aria-sort", "descending"
        )
        assert await page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


async def test_a_door_is_one_word_on_one_line(database, chrome):
    await open_shop()
    order = await order_in()
    told = {"door": "command", "attention": "no carrier gave a quote in any of five rounds " * 4}
    async with desk(chrome, viewport={"width": 1100, "height": 800}) as (page, wire, _asked):
        await opened(page, wire)
        row = await row_of(order)
        row |= told | {"version": row["version"] + 1}
        wire.tell("event", "orders", 1, {"rows": [row], "counts": {}})
        door = page.locator("tbody [data-field=door]")
        await expect(door).to_have_text("command")
        assert await door.evaluate("word => word.getClientRects().length") == 1
