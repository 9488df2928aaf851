"""Charts as they are drawn, in a real browser."""

import pytest
from playwright.async_api import expect

from tests.console.test_pages_live import dashboard
from tests.console.window import URL, desk

pytestmark = pytest.mark.browser


#: Keeps what the dashboard's first chart last drew: the ends of its time, and whether its lines bridge gaps.
TELL_SCALE = """
let real;
Object.defineProperty(globalThis, "uPlot", {
  get: () => real,
  set(made) {
    real = class extends made {
      constructor(options, data, place) {
        options.hooks.draw = [(plot) => {
          if (place.closest("#chart")) {
            window.scale = [plot.scales.x.min, plot.scales.x.max];
            window.gaps = plot.series.slice(1).map((line) => Boolean(line.spanGaps));
          }
        }];
        super(options, data, place);
      }
    };
  },
});
"""


async def test_a_young_chart_shows_its_whole_time_and_what_is_unknown_is_no_line(database, chrome):
    """Seconds 0, 1, and 2 … 9 unknown, then one: the plot tells where it draws by the places it asks for."""
    async with desk(chrome) as (page, wire, _asked):
        await page.add_init_script(TELL_SCALE)
        await page.goto(f"{URL}/")
        await wire.command()
        begin = 1_800_000_000
        unknown = [[begin + n, None, None, None] for n in range(2, 10)]
        points = [[begin, 1, 0, 2], [begin + 1, 1, 0, 2], *unknown, [begin + 10, 3, 0, 1]]
        wire.tell("snapshot", "dashboard", 0, dashboard(per_second=points))
        await expect(page.locator("#chart canvas")).to_be_visible()
        low, high = await page.evaluate("window.scale")
        assert high - low >= 300
        assert low <= begin + 10 - 300
        assert begin + 10 <= high < begin + 20
        assert await page.evaluate("window.gaps") == [False, False, False], "no line is told to bridge them"
        samples = page.locator("#chart .u-legend svg line")
        dashes = [await samples.nth(n).get_attribute("stroke-dasharray") for n in range(3)]
        assert len(set(dashes)) == 3
        over = await page.locator("#chart .u-over").bounding_box()
        gap = over["x"] + over["width"] * (begin + 5 - low) / (high - low)
        await page.mouse.move(gap, over["y"] + over["height"] / 2)
        told = page.locator("#chart .u-legend .u-value")
        await expect(told.nth(1)).to_have_text("–")
        await page.mouse.move(0, 0)
        await expect(told.nth(1)).to_have_text("3")
        await page.locator("#chart summary").click()
        rows = page.locator("#chart details tbody tr")
        await expect(rows).to_have_count(11)
        await expect(rows.nth(1)).to_contain_text("–")
        await expect(rows.nth(0)).to_contain_text("3")
