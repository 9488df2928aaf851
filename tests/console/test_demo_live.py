"""The demo's panel in a real Chromium: what is told of a break, to the eye and to a screen reader."""

import re
import time
from random import Random

import pytest
from django.utils import timezone
from playwright.async_api import expect

from console.demo import breaks
from console.demo.breaks import Breaks, Found
from console.demo.shopper import Shopper
from console.demo.spare import Spare
from console.demo.traffic import Traffic
from console.demo.upstream import Upstream
from tests.console.window import URL, desk

pytestmark = pytest.mark.browser


@pytest.fixture
def things(database, settings):
    """A break that is under way, and goes on as the test says."""
    settings.ROOT_URLCONF = "console.demo.urls"
    things = Breaks(Upstream(Random(1)), Spare({}), Traffic(Shopper(Random(1)), client=1, rate=0), None)
    things.kind, things.phase, things._until = "slow", "broken", time.monotonic() + 20
    things.found = [Found(timezone.now(), "The carriers answer late.", {})]
    breaks.run(things)
    yield things
    breaks.run(None)


async def test_a_new_phase_and_what_is_found_are_announced_and_the_seconds_are_not(things, chrome):
    async with desk(chrome, "operator") as (page, _wire, _asked):
        await page.goto(f"{URL}/demo/")
        left, said = page.locator("[data-field=left]"), page.locator("#announcement")
        await expect(left).to_have_text(re.compile(r"^\d+ s$"))
        await expect(
            page.locator(":is([aria-live], [role=status], [role=alert]) [data-field=left]")
        ).to_have_count(0)
        await expect(said).to_be_empty(timeout=1)
        things.phase, things._until = "recovering", 0.0
        things.found.append(Found(timezone.now(), "Whole again.", {}))
        await expect(said).to_have_text("Slow the carriers down: recovering · Whole again.")
        await expect(left).to_be_hidden()


async def test_a_paused_panel_neither_asks_nor_counts(things, chrome):
    async with desk(chrome, "operator") as (page, _wire, asked):
        await page.clock.install()
        await page.goto(f"{URL}/demo/")
        left, badge = page.locator("[data-field=left]"), page.locator("[data-field=phase]")
        await expect(left).to_have_text(re.compile(r"^\d+ s$"))
        async with page.expect_request_finished(lambda request: request.url.endswith("/demo/state/")):
            await page.clock.run_for(1_000)
        await page.get_by_role("button", name="Pause").click()
        sent = "fetch('/static/mark.svg')"  # answered after whatever the page has asked before
        await page.evaluate(sent)
        before = (await left.text_content(), asked.count("/api/v1/health"))
        things.phase = "healed"
        for _ in range(4):
            await page.clock.run_for(2_000)
            await page.evaluate(sent)
        assert (await left.text_content(), asked.count("/api/v1/health")) == before
        await page.get_by_role("button", name="Continue").click()
        await expect(badge).to_have_text("healed")


async def test_what_was_said_before_a_phase_is_gone_with_it(things, chrome):
    async with desk(chrome, "operator") as (page, _wire, _asked):
        things.phase = "soon"
        await page.goto(f"{URL}/demo/")
        chosen = page.get_by_text("In 3 seconds the carriers become slow")
        await expect(chosen).to_be_visible()
        things.phase = "recovering"
        await expect(chosen).to_be_hidden()


async def test_what_was_refused_in_a_phase_is_gone_with_it(things, chrome):
    async with desk(chrome, "operator") as (page, _wire, _asked):
        things.phase = "recovering"
        await page.goto(f"{URL}/demo/")
        await page.locator("form[data-when=mendable]").evaluate("(form) => form.requestSubmit()")
        said = page.get_by_text("There is nothing to mend now.")
        await expect(said).to_be_visible()
        things.phase, things._until = "healed", 0.0
        await expect(said).to_have_count(0)
