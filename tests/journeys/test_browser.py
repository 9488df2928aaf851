"""A person in a real Chromium on the real server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, Page, expect

from tests.faults.proxy import proxying, target_of
from tests.journeys.cast import PASSWORD, Alice, hire_alice, open_shop, order
from tests.journeys.process import serving
from tests.journeys.watch import Watch

pytestmark = pytest.mark.browser
SECONDS = 1_000


@asynccontextmanager
async def desk(chrome: Browser, url: str, **how: Any) -> AsyncIterator[Page]:
    """Alice at her desk: a page, signed in with her password, in a browser like that. Nothing may go wrong in
    its console.
    """
    complaints: list[str] = []
    context = await chrome.new_context(locale="en-GB", timezone_id="Europe/Berlin", **how)
    page = await context.new_page()
    page.set_default_timeout(20 * SECONDS)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    await page.goto(f"{url}/sign-in/")
    await page.fill("input[name=username]", "alice")
    await page.fill("input[name=password]", PASSWORD)
    await page.click("main button[type=submit]")
    await page.wait_for_url(f"{url}/")
    yield page
    await context.close()
    assert [line for line in complaints if "WebSocket connection" not in line and "ERR_" not in line] == []


async def post(url: str, alice: Alice) -> str:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/api/v1/orders", json=order(), headers=alice.headers()) as answer,
    ):
        assert answer.status == 202
        return (await answer.json())["id"]


def status(page: Page, state: str) -> object:
    return expect(page.locator(f"#live-status[data-state={state}]")).to_be_attached(timeout=30 * SECONDS)


async def test_sign_in_submit_and_see_it_fulfilled_without_a_reload(database: None, chrome: Browser) -> None:
    await open_shop()
    await hire_alice()
    async with serving() as server, desk(chrome, server.url) as page:
        await page.goto(f"{server.url}/orders/new/")
        await page.fill("input[name=customer]", "ada")
        await page.select_option("select[name=currency]", "EUR")
        await page.locator("input[name=sku]").first.fill("TEA")
        await page.locator("input[name=quantity]").first.fill("2")
        loads: list[str] = []
        page.on("domcontentloaded", lambda loaded: loads.append(loaded.url))
        await page.click("#submit-order")
        await page.wait_for_url("**/orders/*-*/")
        await expect(page.locator("header.head .badge")).to_have_text("fulfilled", timeout=30 * SECONDS)
        await expect(page.locator("[data-list=events] > li")).to_have_count(3)
        await status(page, "live")
        assert len(loads) == 1  # the order's page itself, and never again
        assert await page.locator("[data-list=transfers]").inner_text()


async def test_a_cut_socket_is_said_and_nothing_is_missing_when_it_is_back(
    database: None, chrome: Browser
) -> None:
    await open_shop()
    alice = await hire_alice()
    async with serving() as server, proxying(target_of(server.url)) as line, desk(chrome, line.url) as page:
        await page.goto(f"{line.url}/orders/")
        await status(page, "live")
        first = await post(server.url, alice)
        await expect(page.locator(f"tr[data-id='{first}'] .badge")).to_have_text("fulfilled")

        assert line.cut() >= 1
        await status(page, "reconnecting")
        async with Watch(server.url, alice.token) as watch:
            missed = {await post(server.url, alice) for _ in range(3)}
            await watch.ended(missed)
        await line.refused.wait()  # the page has tried, and was refused
        assert await page.locator(f"tr[data-id='{missed.copy().pop()}']").count() == 0

        line.mend()
        await status(page, "live")
        for one in missed:
            await expect(page.locator(f"tr[data-id='{one}'] .badge")).to_have_text("fulfilled")


async def test_a_row_appears_for_everybody_who_watches(database: None, chrome: Browser) -> None:
    await open_shop()
    alice = await hire_alice()
    async with serving() as server, desk(chrome, server.url) as page:
        await page.goto(f"{server.url}/orders/")
        await status(page, "live")
        other = await page.context.new_page()
        await other.goto(f"{server.url}/jobs/")
        await status(other, "live")
        one = await post(server.url, alice)
        await expect(page.locator(f"tr[data-id='{one}'] .badge")).to_have_text("fulfilled")
        await expect(other.locator("tbody tr[data-id] .badge", has_text="succeeded")).to_have_count(2)
