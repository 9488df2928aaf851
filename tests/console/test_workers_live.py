"""The dashboard's processes in a real Chromium: a group of rows each."""

import pytest
from playwright.async_api import expect

from tests.console.manners import looks
from tests.console.test_pages_live import dashboard
from tests.console.window import URL, desk

pytestmark = pytest.mark.browser


def seen_of(page, name):
    """Whether each worker's row shows that cell, in more than a pixel."""
    return page.locator(f"[data-list=workers] [data-field={name}]").evaluate_all(
        "cells => cells.map(cell => cell.getBoundingClientRect().width > 2)"
    )


@pytest.mark.parametrize("width", [1280, 360])
async def test_a_process_with_several_queues_is_named_once_and_read_out_with_each(database, chrome, width):
    row = dashboard()["workers"][0]

    def rows(*ids):
        return [row | {"id": id, "queue": id.partition("/")[2], "name": f"mill:{id[0]}"} for id in ids]

    screen = {"width": width, "height": 800}
    async with desk(chrome, viewport=screen, bypass_csp=True) as (
        page,
        wire,
        _asked,
    ):
        await page.add_init_script(looks.SCRIPTS)
        await page.goto(f"{URL}/")
        await wire.command()
        wire.tell("snapshot", "dashboard", 0, dashboard(workers=rows("a/default", "a/orders", "b/default")))
        await expect(page.locator("[data-list=workers] tr")).to_have_count(3)
        assert await seen_of(page, "name") == [True, False, True]
        assert await seen_of(page, "queue") == [True, True, True]
        second = page.locator("[data-list=workers]").get_by_role("row").nth(1)
        await expect(second.get_by_role("cell").first).to_contain_text("mill:a")
        # A process comes, the first queue of another goes.
        wire.tell(
            "event", "dashboard", 1, {"workers": rows("c/default", "c/orders", "a/orders", "b/default")}
        )
        await expect(page.locator("[data-list=workers] tr")).to_have_count(4)
        assert await seen_of(page, "name") == [True, False, True, True]
        assert await page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        assert await looks.axe(page) == []
