"""What a page weighs on the way to a browser that has nothing of it yet."""

import os
import sys

import pytest
from asgiref.sync import sync_to_async

from console.signin import make_link
from tests.console.desk import hire
from tests.console.manners.pages import administration, console
from tests.console.manners.states import fill_every_state
from tests.journeys.process import serving

pytestmark = pytest.mark.browser

MOST = 150_000
#: With HEADRACE_WEIGHTS set each page says what it weighs.
SHOW = "HEADRACE_WEIGHTS" in os.environ


class Scales:
    """Bytes that came over the network, heads of answers and all, as Chromium counts them."""

    def __init__(self, page, devtools):
        self.page, self.devtools, self.bytes = page, devtools, 0
        devtools.on("Network.loadingFinished", self.add)

    def add(self, event):
        self.bytes += event["encodedDataLength"]

    async def weigh(self, *addresses):
        await self.devtools.send("Network.clearBrowserCache")
        self.bytes = 0
        for address in addresses:
            await self.page.goto(address)
            if await self.page.locator("[data-topic]").count():
                await self.page.locator("#live-status:not([hidden])").wait_for()
        return self.bytes


async def test_no_page_is_heavy(database, chrome):
    rows = await fill_every_state()
    looks = [look for look in console(rows) + await administration() if look.form is None]
    looks = {look.route: look for look in reversed(looks)}.values()  # the first of each route
    link = await sync_to_async(make_link)(await hire("alice", "admin"))
    async with serving() as server:
        page = await chrome.new_page()
        devtools = await page.context.new_cdp_session(page)
        await devtools.send("Network.enable")
        scales = Scales(page, devtools)
        first = await scales.weigh(
            f"{server.url}/sign-in/", f"{server.url}/sign-in/{link}/", f"{server.url}/"
        )
        weights = {"sign-in and dashboard": first}
        for look in looks:
            if look.route not in ("/demo/", "/_components/"):
                weights[look.address] = await scales.weigh(server.url + look.address)
        await page.context.close()
    if SHOW:
        sys.stderr.writelines(f"{weight:>8} {address}\n" for address, weight in weights.items())
    assert {address: weight for address, weight in weights.items() if weight > MOST} == {}
    assert min(weights.values()) > 5_000
