"""The pages in a real Chromium, their socket's other end in the test's hands."""

import asyncio
import json

import pytest
from playwright.async_api import expect

from console.live.sources import UNBOUNDED
from jobs import db
from jobs.store import jobs_page
from orders import store
from tests.console.desk import open_shop, order_in
from tests.console.window import URL, desk

pytestmark = pytest.mark.browser

#: From now on no handshake is taken.
REFUSED = """
() => (globalThis.WebSocket = class extends EventTarget {
  constructor() {
    super();
    setTimeout(() => this.dispatchEvent(new CloseEvent("close", {code: 1006})));
  }
})
"""


async def row_of(order):
    async with db.connection() as conn:
        return (await store.order_rows(conn, [order]))[0]


async def all_rows():
    async with db.connection() as conn:
        return await store.orders_page(conn)


def live(page, state="live"):
    return expect(page.locator(f"#live-status[data-state={state}]")).to_be_attached()


async def test_an_event_patches_cells_by_id_and_version_and_fetches_nothing(database, chrome):
    await open_shop()
    order = await order_in()
    async with desk(chrome) as (page, wire, asked):
        await page.goto(f"{URL}/orders/")
        assert await wire.command() == {"id": 1, "type": "subscribe", "topic": "orders"}
        wire.tell("snapshot", "orders", 0, {"rows": await all_rows(), "counts": {"received": 1}})
        await live(page)
        before, row = len(asked), await row_of(order)
        badge = page.locator(f"tr[data-id='{order}'] .badge")
        wire.tell(
            "event",
            "orders",
            1,
            {
                "rows": [row | {"state": "fulfilled", "version": 5, "total": 123456789}],
                "counts": {"fulfilled": 1200},
            },
        )
        await expect(badge).to_have_text("fulfilled")
        await expect(page.locator(f"tr[data-id='{order}'] .money")).to_have_text("1,234,567.89 EUR")
        await expect(page.locator("[data-counts] [data-field=fulfilled]")).to_have_text("1,200")
        wire.tell("event", "orders", 2, {"rows": [row | {"state": "secured", "version": 4}], "counts": {}})
        wire.tell("event", "orders", 3, {"rows": [], "counts": {"fulfilled": 1201}})
        await expect(page.locator("[data-counts] [data-field=fulfilled]")).to_have_text("1,201")
        await expect(badge).to_have_text("fulfilled")
        assert len(asked) == before


async def test_new_rows_come_in_on_top_and_fifty_are_kept(database, chrome):
    await open_shop()
    made = [str(await order_in()) for _ in range(50)]
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}/orders/")
        await wire.command()
        wire.tell("snapshot", "orders", 0, {"rows": await all_rows(), "counts": {}})
        new = await order_in(lines=2)
        row = await row_of(new) | {"customer_name": "<b>Ada</b>", "created_at": "2026-01-02T23:30:00+00:00"}
        wire.tell("event", "orders", 1, {"rows": [row], "counts": {}})
        first = page.locator("tbody tr").first
        await expect(first).to_have_attribute("data-id", str(new))
        await expect(first).to_contain_text("<b>Ada</b>")  # text, never markup
        await expect(first.locator("[data-field=created_at]")).to_have_text(
            "3 Jan, 08:30"
        )  # in the reader's time zone
        await expect(first.locator("a")).to_have_attribute("href", f"/orders/{new}/")
        await expect(page.locator("tbody tr")).to_have_count(50)
        await expect(page.locator(f"tr[data-id='{made[0]}']")).to_have_count(0)


async def test_a_row_that_left_the_filtered_list_goes(database, chrome):
    await open_shop()
    order = await order_in()
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}/orders/?state=received")
        assert (await wire.command())["filter"] == {"state": "received"}
        wire.tell("snapshot", "orders", 0, {"rows": await all_rows(), "counts": {}})
        gone = await row_of(order) | {"state": "secured", "version": 2}
        wire.tell("event", "orders", 1, {"rows": [gone], "gone": [str(order)], "counts": {}})
        await expect(page.locator("tbody tr")).to_have_count(0)
        await expect(page.locator(".empty")).to_be_visible()


async def test_a_cut_socket_comes_back_and_goes_on_where_it_was(database, chrome):
    await open_shop()
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}/orders/")
        await wire.command()
        wire.tell("snapshot", "orders", 7, {"rows": [], "counts": {}})
        await live(page)
        await wire.socket.close(code=4000)
        again = await wire.command()
        assert again["since"] == {"epoch": "e1", "seq": 7}
        wire.tell("event", "orders", 8, {"rows": [], "counts": {"received": 3}})
        await expect(page.locator("[data-counts] [data-field=received]")).to_have_text("3")
        await live(page)


async def test_a_gap_asks_for_everything_again(database, chrome):
    await open_shop()
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}/orders/")
        await wire.command()
        wire.tell("snapshot", "orders", 0, {"rows": [], "counts": {}})
        wire.tell("event", "orders", 2, {"rows": [], "counts": {"received": 9}})
        again = await wire.command()
        assert again["type"] == "subscribe"
        assert "since" not in again


async def test_a_topic_that_cannot_be_had_now_is_asked_for_again_before_the_page_is_live(database, chrome):
    await open_shop()
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}/orders/")
        asked = await wire.command()
        wire.socket.send(json.dumps({"type": "ack", "id": 99, "data": {}}))  # a ping's answer
        refusal = {"type": "error", "id": asked["id"], "code": "unavailable", "message": "not now"}
        wire.socket.send(json.dumps(refusal | {"retry_after": 0.05}))
        again = await wire.command()
        assert (again["type"], again["topic"]) == ("subscribe", "orders")
        assert await page.locator("#live-status").get_attribute("data-state") == "connecting"
        wire.tell("snapshot", "orders", 0, {"rows": [], "counts": {}})
        await live(page)


async def test_the_server_hears_how_far_the_page_is(database, chrome):
    await open_shop()
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}/orders/")
        await wire.command()
        wire.tell("snapshot", "orders", 0, {"rows": [], "counts": {}})
        for seq in range(1, 32):
            wire.tell("event", "orders", seq, {"rows": [], "counts": {}})
        # After a number of frames of its own, so that pages do not say it all at once.
        first = await wire.command("seen")
        for seq in range(32, 64):
            wire.tell("event", "orders", seq, {"rows": [], "counts": {}})
        then = await wire.command("seen")
        assert first["topic"] == "orders"
        assert 0 <= first["seq"] <= 31
        assert then["seq"] == first["seq"] + 32


async def test_a_session_that_ended_is_said_and_not_tried_again(database, chrome):
    await open_shop()
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}/orders/")
        await wire.command()
        await wire.socket.close(code=4401)
        await live(page, "signed-out")
        await expect(page.locator("#live-status")).to_contain_text("signed out")
        assert wire.opened.qsize() == 1


async def test_who_is_led_anywhere_but_to_the_sign_in_is_not_signed_out(database, chrome):
    asked = asyncio.Semaphore(0)

    async def lead(route):
        if route.request.method == "HEAD":
            await route.fulfill(status=302, headers={"Location": f"{URL}/away/"})
            asked.release()
        else:
            await route.fallback()

    async with desk(chrome) as (page, wire, _asked):
        await page.route("**/orders/", lead)
        await page.goto(f"{URL}/orders/")
        await wire.command()
        await page.evaluate(REFUSED)
        await wire.socket.close(code=4000)
        async with asyncio.timeout(10):
            await asked.acquire()
            await asked.acquire()  # it goes on trying
        await live(page, "reconnecting")


async def test_a_reader_who_may_no_longer_see_the_page_is_told_so_by_the_page(database, chrome):
    await open_shop()
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}/orders/")
        await wire.command()
        async with page.expect_navigation():
            await wire.socket.close(code=4403)
        await wire.command()  # the page is whole again


async def test_an_orders_page_takes_in_whatever_hangs_on_the_order(database, chrome):
    await open_shop()
    order = await order_in()
    async with db.connection() as conn:
        detail = await store.order_detail(conn, order)
    quote = {"id": "q1", "round": 1, "carrier": "Barge", "currency": "EUR", "detail": "", "answered_at": None}
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}/orders/{order}/")
        topic = (await wire.command())["topic"]
        assert topic == f"order:{order}"
        wire.tell("snapshot", topic, 0, {"order": detail})
        asked = detail | {
            "state": "fulfilling",
            "version": 2,
            "quotes": [quote | {"state": "asked", "price": None}],
        }
        wire.tell("event", topic, 1, {"order": asked})
        carrier = page.locator("[data-list=quotes] tr")
        await expect(carrier.locator(".badge")).to_have_text("asked")
        won = asked | {"version": 3, "attention": "look", "quotes": [quote | {"state": "won", "price": 640}]}
        wire.tell("event", topic, 2, {"order": won})
        await expect(carrier.locator(".badge")).to_have_text("won")
        await expect(carrier.locator(".money")).to_have_text("6.40 EUR")
        await expect(page.locator("header.head .badge")).to_have_text("fulfilling")
        await expect(page.locator("[data-when=attention]")).to_be_visible()
        await expect(page.get_by_text("Green tea")).to_have_count(1)


async def test_a_jobs_page_keeps_what_a_large_job_is_told_without(database, chrome):
    await open_shop()
    order = str(await order_in())
    async with db.connection() as conn:
        [row] = await jobs_page(conn)
    bounded = {name: value for name, value in row.items() if name not in UNBOUNDED}
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}/jobs/{row['id']}/")
        topic = (await wire.command())["topic"]
        cut, arguments = page.locator("[data-when=cut]"), page.locator("[data-field=args]")
        await expect(cut).to_be_hidden()
        told = bounded | {"state": "running", "version": row["version"] + 1, "cut": sorted(UNBOUNDED)}
        wire.tell("snapshot", topic, 0, {"job": told})
        await expect(page.locator("header.head .badge")).to_have_text("running")
        await expect(cut).to_be_visible()
        await expect(arguments).to_contain_text(order)


def dashboard(**more):
    """A dashboard's snapshot."""
    slots = {"slots": 4, "busy": 1, "buffered": 2, "prefetch": 300}
    about = {"name": "mill:7", "live": True, "here": False, "started_at": None, "beat_at": None}
    return {
        "verdict": {"code": "well", "reasons": []},
        "orders": {"fulfilled": 7},
        "jobs": {"running": 3},
        "oldest": None,
        "figures": {"order_p50": 1_500, "order_p95": None},
        "per_second": [[1_800_000_000 + n, n, 0, 2 * n] for n in range(300)],
        "latency": {
            "orders": [[1_800_000_000, 20, 4_000], [1_800_000_060, None, None], [1_800_000_120, 30, 5_000]],
            "jobs": [],
        },
        "people": {"rows": [], "count": 0},
        "errors": {"rows": [], "count": 0, "others": 0},
        "queues": [{"name": "orders", "workers": 1, **slots, "ready": 0, "oldest": None, "since": None}],
        "workers": [{"id": "w/orders", "queue": "orders", **about, "lag": 12, **slots}],
        "ledger": {"ok": True, "checked_at": "2026-01-02T03:04:05+00:00", "problems": []},
    } | more


async def test_the_dashboard_draws_its_charts_and_renews_its_tables(database, chrome):
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}/")
        await wire.command()
        wire.tell("snapshot", "dashboard", 0, dashboard())
        await expect(page.locator("#chart canvas")).to_be_visible()
        await expect(page.locator("#order-latency")).to_have_attribute("data-points", "3")
        await expect(page.locator("#job-latency .empty")).to_be_visible()
        await expect(page.locator("#order-counts [data-field=fulfilled]")).to_have_text("7")
        await expect(page.locator("#figures [data-field=order_p50]")).to_have_text("1.5 s")
        await expect(page.locator("[data-list=queues]")).to_contain_text("1 / 4")
        await expect(page.locator("[data-list=workers] tr")).to_contain_text("2 / 300")
        await expect(page.locator("#ledger")).to_contain_text("The ledger adds up.")
        await expect(page.locator("#verdict")).to_have_attribute("data-tone", "good")
        oldest = {"id": "j1", "task": "shop.tasks.count", "run_at": "2026-01-02T03:04:05+00:00"}
        told = {"per_second": [[1_800_000_300, 1, 0, 1]], "jobs": {"running": 4}, "oldest": oldest}
        wire.tell("event", "dashboard", 1, told)
        await expect(page.locator("#oldest a")).to_have_text("shop.tasks.count")
        assert await page.locator("#oldest a").inner_html() == "shop.<wbr>tasks.<wbr>count"
        await expect(page.locator("#job-counts [data-field=running]")).to_have_text("4")
        await expect(page.locator("#chart")).to_have_attribute("data-points", "300")
        await page.locator("#order-latency summary").click()
        await expect(page.locator("#order-latency details tbody tr").nth(1)).to_contain_text("–")


async def test_the_verdict_says_what_is_wrong_in_words_and_leads_there(database, chrome):
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}/")
        await wire.command()
        wire.tell("snapshot", "dashboard", 0, dashboard())
        await expect(page.locator("#verdict [role=status]")).to_have_text("All is well.")
        late = {"id": "late orders", "code": "late", "at": "/jobs/j1/", "queue": "<b>orders", "ms": 41_000}
        failed = {"id": "failed-jobs", "code": "failed-jobs", "at": "#errors", "n": 1_200}
        wire.tell("event", "dashboard", 1, {"verdict": {"code": "look", "reasons": [late, failed]}})
        await expect(page.locator("#verdict [role=status]")).to_have_text("Needs a look:")
        await expect(page.locator("#verdict")).to_have_attribute("data-tone", "wait")
        links = page.locator("#verdict a")
        await expect(links.nth(0)).to_have_text("oldest ready job in <b>orders: 41.0 s")
        await expect(links.nth(1)).to_have_text("jobs failed in the last hour: 1,200")
        await expect(links.nth(1)).to_have_attribute("href", "#errors")
        wire.tell("event", "dashboard", 2, {"verdict": {"code": "well", "reasons": []}})
        await expect(page.locator("#verdict")).to_have_attribute("data-tone", "good")
        await expect(links).to_have_count(0)
