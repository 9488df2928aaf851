"""The detail pages in a real Chromium: buttons that follow the state, long values, what is copied."""

import json
from uuid import UUID

import pytest
from playwright.async_api import expect

from console.live.frames import encode
from console.live.sources import DetailSource
from console.live.topics import Topic
from jobs import db, moves
from jobs import store as jobs
from jobs.enqueue import NewJob, enqueue_on
from jobs.outcome import Outcome
from orders import store
from tests.console.desk import open_shop, order_in
from tests.console.window import URL, desk
from tests.jobs.test_moves import worker

pytestmark = pytest.mark.browser

#: A browser has none on a page over plain http.
CLIPBOARD = """
Object.defineProperty(navigator, "clipboard", {value: {writeText: (text) => (window.copied = text)}});
"""


async def order_now(id):
    async with db.connection() as conn:
        return await store.order_detail(conn, id)


async def job_now(id):
    async with db.connection() as conn:
        return await jobs.job_detail(conn, id)


async def job_with(result):
    """A job that succeeded with this result; its id."""
    job, me = NewJob("shop.greet"), await worker()
    async with db.transaction() as tx:
        await enqueue_on(tx, [job])
    async with db.connection() as conn:
        (claimed,) = await moves.claim(conn, "default", 1, me)
        await moves.finish(conn, [Outcome(claimed, "succeeded", result=json.dumps(result))])
    return job.id


async def test_a_button_goes_with_its_state_and_an_open_question_is_withdrawn_in_words(database, chrome):
    await open_shop()
    order = await order_in()
    async with desk(chrome, "operator") as (page, wire, _asked):
        await page.goto(f"{URL}/orders/{order}/")
        await wire.command()
        found = await order_now(order)
        wire.tell("snapshot", f"order:{order}", 0, {"order": found})
        button, why = page.locator("a[data-may=order-cancel]"), page.locator("[data-may-not=order-cancel]")
        await expect(button).to_be_visible()
        await expect(why).to_be_hidden()
        await button.click()
        dialog = page.locator("dialog#order-cancel")
        await expect(dialog).to_be_visible()
        await expect(dialog.locator("input[name=reason]")).to_be_focused()
        gone = found | {"state": "fulfilled", "version": 9, "actions": {"cancel": "paid"}}
        wire.tell("event", f"order:{order}", 1, {"order": gone})
        await expect(dialog).to_be_hidden()
        await expect(button).to_be_hidden()
        await expect(page.locator(".commands [data-may=order-cancel]")).to_be_hidden()
        await expect(why).to_have_text("Cancel the order: It is fulfilled: paid and handed out.")
        await expect(page.locator("#announcement")).to_contain_text("paid and handed out")


async def test_who_may_only_look_gets_no_button_by_an_event(database, chrome):
    await open_shop()
    order = await order_in()
    async with desk(chrome, "viewer") as (page, wire, _asked):
        await page.goto(f"{URL}/orders/{order}/")
        await wire.command()
        found = await order_now(order)
        wire.tell("snapshot", f"order:{order}", 0, {"order": found})
        wire.tell("event", f"order:{order}", 1, {"order": found | {"version": 2, "attention": "look"}})
        await expect(page.locator("[data-field=attention]")).to_have_text("look")
        await expect(page.locator("[data-may], dialog")).to_have_count(0)


async def test_a_command_is_copied_as_it_stands_there(database, chrome):
    await open_shop()
    order = await order_in()
    async with desk(chrome, "operator") as (page, wire, _asked):
        await page.add_init_script(CLIPBOARD)
        await page.goto(f"{URL}/orders/{order}/")
        await wire.command()
        number = (await order_now(order))["number"]
        await page.locator(".commands [data-may=order-cancel] button").click()
        await expect(page.locator("#announcement")).to_have_text("Copied.")
        command = f"python3 manage.py orders_cancel {number} --user alice"
        assert await page.evaluate("window.copied") == command


async def test_the_time_in_the_state_an_order_is_in_goes_on(database, chrome):
    await open_shop()
    order = await order_in()
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}/orders/{order}/")
        await wire.command()
        found = await order_now(order)
        wire.tell("snapshot", f"order:{order}", 0, {"order": found})
        since = page.locator(".strip li[data-at=here] .since")
        await expect(since).to_be_visible()
        before = await since.text_content()
        await expect(since).not_to_have_text(before, timeout=5_000)


async def test_a_jobs_page_watches_its_order_too(database, chrome):
    await open_shop()
    order = await order_in()
    (job,) = (await order_now(order))["jobs"]
    async with desk(chrome, "operator") as (page, wire, _asked):
        await page.goto(f"{URL}/jobs/{job['id']}/")
        asked = {(await wire.command())["topic"] for _ in range(2)}
        assert asked == {f"job:{job['id']}", f"order:{order}"}
        wire.tell("snapshot", f"job:{job['id']}", 0, {"job": await job_now(UUID(job["id"]))})
        found = await order_now(order)
        wire.tell("snapshot", f"order:{order}", 0, {"order": found})
        over = found | {"state": "failed", "version": 2, "actions": {"cancel": "over"}}
        wire.tell("event", f"order:{order}", 1, {"order": over})
        await expect(page.locator(".about .badge")).to_have_text("failed")
        await expect(page.locator("article .badge").first).to_have_text("ready")
        await expect(page.locator("a[data-may=job-cancel]")).to_be_visible()  # the order's say nothing of it


async def test_progress_is_shown_while_there_is_some(database, chrome):
    job = await job_with(1)
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}/jobs/{job}/")
        await wire.command()
        found = await job_now(job)
        await expect(page.locator(".progress")).to_be_hidden()
        some = {"done": 640, "total": 1000, "message": "row 640"}
        wire.tell("snapshot", f"job:{job}", 0, {"job": found | {"progress": some}})
        await expect(page.locator(".progress")).to_contain_text("640 / 1,000")
        assert await page.locator(".progress progress").evaluate("bar => bar.value / bar.max") == 0.64
        wire.tell("event", f"job:{job}", 1, {"job": found | {"progress": None, "version": 99}})
        await expect(page.locator(".progress")).to_be_hidden()


async def test_a_long_result_comes_with_the_first_frame_and_is_opened_step_by_step(database, chrome):
    job = await job_with([{"name": "x" * 60} for _ in range(7_000)])
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}/jobs/{job}/")
        await wire.command()
        tree = page.locator(".tree[data-field=result]")
        await expect(tree.locator("pre")).to_contain_text("…")
        wire.tell("snapshot", f"job:{job}", 0, {"job": await job_now(job)})
        await expect(tree.locator("pre")).to_have_count(0)
        await expect(tree.locator("li")).to_have_count(0)
        await tree.locator("summary").first.click()
        await expect(tree.locator(":scope > details > ul > li")).to_have_count(200)
        await tree.get_by_role("button", name="6,800 more").click()
        await expect(tree.locator(":scope > details > ul > li")).to_have_count(400)


async def test_what_is_too_long_for_a_frame_leaves_what_is_shown(database, chrome):
    job = await job_with({"said": "hello"})
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}/jobs/{job}/")
        await wire.command()
        cut = ["args", "attempts", "kwargs", "result"]
        bounded = {name: value for name, value in (await job_now(job)).items() if name not in cut}
        over = bounded | {"error": "look", "cut": cut}
        wire.tell("snapshot", f"job:{job}", 0, {"job": over})
        await expect(page.locator("[data-field=error]").first).to_have_text("look")
        await expect(page.locator(".tree[data-field=result]")).to_contain_text("said: hello")


@pytest.mark.parametrize(
    ("result", "shown"),
    [
        pytest.param("[" * 1_100 + "]" * 1_100, "[ [ [", id="more levels than a browser reads"),
        pytest.param('{"much": 1e400}', "much: 1000000", id="a number past a double"),
    ],
)
async def test_what_sql_put_there_is_shown_and_its_job_is_followed(database, chrome, result, shown):
    job = await job_with(1)
    statement = "UPDATE job_history SET result = $2::text::jsonb WHERE id = $1"
    await db.pool().execute(statement, job, result)
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}/jobs/{job}/")
        await wire.command()
        tree = page.locator(".tree[data-field=result]")
        await expect(tree).to_contain_text(shown)
        source = DetailSource(Topic("job", str(job)))
        for seq, error in enumerate(("", "look")):
            data = encode({"job": (await source.read())["job"] | {"error": error}}).decode()
            kind = "event" if seq else "snapshot"
            envelope = f'"type":"{kind}","topic":"job:{job}","epoch":"e1","seq":{seq}'
            wire.socket.send(f'{{{envelope},"data":{data}}}')
        await expect(page.locator("[data-field=error]").first).to_have_text("look")
        await expect(tree).to_contain_text(shown)
        await expect(page.locator("[data-when=cut]")).to_be_visible(visible=shown.startswith("["))


async def test_a_traceback_folds_and_is_copied(database, chrome):
    job = await job_with(1)
    async with desk(chrome) as (page, wire, _asked):
        await page.add_init_script(CLIPBOARD)
        await page.goto(f"{URL}/jobs/{job}/")
        await wire.command()
        failed = {
            "number": 1,
            "actor": "",
            "outcome": "failed",
            "error": "E: no",
            "traceback": "Traceback\n  one\nE: no",
            "ended_at": "2026-01-02T03:04:05+00:00",
        }
        retried = failed | {
            "number": 0,
            "actor": "user:ada",
            "outcome": "retried",
            "error": "again",
            "traceback": "",
        }
        found = await job_now(job)
        wire.tell("snapshot", f"job:{job}", 0, {"job": found | {"attempts": [failed, retried]}})
        rows = page.locator(".timeline > li")
        await expect(rows).to_have_count(2)
        await expect(rows.first.locator("pre")).to_be_hidden()
        await rows.first.locator("summary").click()
        await expect(rows.first.locator("pre")).to_be_visible()
        await rows.first.locator("button").click()
        await expect(page.locator("#announcement")).to_have_text("Copied.")
        assert await page.evaluate("window.copied") == failed["traceback"]
        await expect(rows.last.locator("details")).to_be_hidden()
        by = page.locator(".timeline > li > .by")
        assert await by.all_inner_texts() == ["#1", "user:ada"]


async def test_every_digit_of_a_result_is_shown_and_copied(database, chrome):
    digits = ["12345678901234567890123", "9007199254740993", "0.1000000000000000055511151231257827", "1.50"]
    job = await job_with("soon")
    async with db.connection() as conn:
        await conn.execute("UPDATE job_history SET result = $1::text::jsonb", f"[{', '.join(digits)}]")
    async with desk(chrome) as (page, wire, _asked):
        await page.add_init_script(CLIPBOARD)
        await page.goto(f"{URL}/jobs/{job}/")
        await wire.command()
        tree = page.locator(".tree[data-field=result]")
        await expect(tree.locator(".number")).to_have_text(digits)
        async with db.connection() as conn:
            await conn.execute("UPDATE job_history SET version = version + 1, result = result || '[1.10]'")
        told = encode(await DetailSource(Topic("job", str(job))).read()).decode()
        head = f'"type": "snapshot", "topic": "job:{job}", "epoch": "e1", "seq": 0'
        wire.socket.send(f'{{{head}, "data": {told}}}')
        await expect(tree.locator(".number")).to_have_text([*digits, "1.10"])
        await tree.locator(".copy").click()
        await expect(page.locator("#announcement")).to_have_text("Copied.")
        assert "".join((await page.evaluate("window.copied")).split()) == f"[{','.join([*digits, '1.10'])}]"


async def test_a_tree_keeps_what_is_open_while_its_value_stays_and_its_text_nowhere(database, chrome):
    job = await job_with({"a": [1, {"b": "hello"}], "c": {"d": {"e": 1}}})
    async with desk(chrome) as (page, wire, _asked):
        await page.add_init_script(CLIPBOARD)
        await page.goto(f"{URL}/jobs/{job}/")
        await wire.command()
        tree, found = page.locator(".tree[data-field=result]"), await job_now(job)
        wire.tell("snapshot", f"job:{job}", 0, {"job": found})
        await tree.locator("summary", has_text="d:").click()
        await expect(tree.get_by_text("e: 1")).to_be_visible()
        wire.tell("event", f"job:{job}", 1, {"job": found | {"version": 90, "error": "told"}})
        await expect(page.locator("[data-field=error]").first).to_have_text("told")
        await expect(tree.get_by_text("e: 1")).to_be_visible()
        assert "hello" not in await tree.evaluate("tree => JSON.stringify(tree.dataset)")
        other = {"a": [1, {"b": "hello"}], "c": {"d": {"e": 2}}}
        wire.tell("event", f"job:{job}", 2, {"job": found | {"version": 91, "result": other}})
        await expect(tree.get_by_text("e: 1")).to_have_count(0)
        await tree.locator(".copy").click()
        await expect(page.locator("#announcement")).to_have_text("Copied.")
        assert json.loads(await page.evaluate("window.copied")) == other
