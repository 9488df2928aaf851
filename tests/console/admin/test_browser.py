"""An administrator in a real Chromium on the real server: nothing of Django's admin breaks the policy."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group, User
from playwright.async_api import Browser, Page, expect

from orders.clients import client_by_token
from tests.console.admin.rows import address, fill
from tests.journeys.cast import PASSWORD
from tests.journeys.process import serving
from tests.journeys.test_browser import SECONDS
from tests.orders.desk import rows, units

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]


@asynccontextmanager
async def office(chrome: Browser, url: str, **context) -> AsyncIterator[Page]:
    """Root, a superuser, in the administration. Nothing may go wrong in its console."""
    root = await sync_to_async(User.objects.create_superuser)("root", password=PASSWORD)
    await root.groups.aadd(await Group.objects.aget(name="admin"))
    complaints: list[str] = []
    page = await (await chrome.new_context(**context)).new_page()
    page.set_default_timeout(20 * SECONDS)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda said: complaints.append(f"{page.url}: {said.text}") if said.type == "error" else None,
    )
    await page.goto(f"{url}/admin/orders/product/")
    await page.fill("input[name=username]", "root")
    await page.fill("input[name=password]", PASSWORD)
    await page.click("main button[type=submit]")
    await page.wait_for_url(f"{url}/admin/orders/product/")
    yield page
    await page.context.close()
    assert complaints == []


async def test_a_product_a_token_and_its_end(chrome: Browser) -> None:
    """The forms as a person uses them: Django's threads, the use cases on the server's own loop."""
    await fill()
    async with serving() as server, office(chrome, server.url) as page:
        await page.goto(server.url + address("orders.product", "add"))
        for name, value in {
            "sku": "CUP",
            "name": "Cup",
            "currency": "chf",
            "price": "12.50",
            "on_hand": "7",
        }.items():
            await page.fill(f"input[name={name}]", value)
        await page.click("input[name=_save]")
        await expect(page.locator(".messagelist .success")).to_be_visible()
        assert await units("CUP") == (7, 0)

        await page.goto(server.url + address("orders.token", "add"))
        await page.fill("input[name=user]", "carol")
        await page.click("input[name=_save]")
        secret = await page.locator("#secret").inner_text()
        found = await client_by_token(secret)
        assert found is not None
        assert found.username == "carol"

        await page.goto(server.url + address("orders.token"))
        assert secret not in await page.content()
        await page.check("#action-toggle")
        await page.select_option("select[name=action]", "revoke")
        await page.click("button[name=index]")
        keep = page.get_by_role("link", name="Keep them")
        colours = "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
        assert await keep.evaluate(colours) == ["rgb(255, 255, 255)", "rgb(102, 112, 121)"]
        await page.fill("input[name=reason]", "tidying up")
        await page.click("input[type=submit].default")
        await expect(page.locator(".messagelist .success")).to_have_text("2 tokens are revoked.")
        assert await client_by_token(secret) is None
    audited = await rows("SELECT actor, action FROM audit WHERE actor = 'user:root' ORDER BY at")
    assert [row["action"] for row in audited] == [
        "product.add",
        "token.create",
        "token.revoke",
    ]
