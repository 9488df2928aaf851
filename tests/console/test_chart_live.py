"""Charts as they are drawn, in a real browser."""

import pytest
from playwright.async_api import expect

from console.live.sampler import Sampler
from console.live.series import Series
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
            window.height = [0, 2, 300].map((value) => plot.valToPos(value, "y") / plot.over.clientHeight);
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


async def test_seconds_that_tower_over_the_others_do_not_press_them_to_the_ground(database, chrome):
    async with desk(chrome) as (page, wire, _asked):
        await page.add_init_script(TELL_SCALE)
        await page.goto(f"{URL}/")
        await wire.command()
        begin = 1_800_000_000
        opening, then = (
            [[begin + n, 100, 0, 300] for n in range(3)],
            [[begin + n, 2, 0, 5] for n in range(3, 200)],
        )
        wire.tell("snapshot", "dashboard", 0, dashboard(per_second=opening + then))
        await expect(page.locator("#chart canvas")).to_be_visible()
        ground, usual, peak = await page.evaluate("window.height")
        assert 0.99 < ground <= 1
        assert usual < 0.85, "two a second are seen"
        assert 0 < peak < usual, "and so is the peak, whole"
        ticks = [[begin + n, 2, 0, 5] for n in range(200, 310)]
        wire.tell("event", "dashboard", 1, {"per_second": ticks})
        await page.wait_for_function("window.height[2] < 0")  # it has gone by: the scale is even again
        ground, usual, _peak = await page.evaluate("window.height")
        assert usual < 0.7


#: Counts the pixels that are not see-through of a chart's canvas, below its upper and right edge.
INKED = """
(canvas) => {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(width / 2, 0, width / 2, height * 0.8);
  const seen = new Set();
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 200) seen.add(data.slice(at, at + 3).join());
  return seen.size;
}
"""


async def test_one_point_alone_is_seen_on_every_chart(database, chrome):
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}/")
        await wire.command()
        begin = 1_800_000_000
        none = [None] * 2
        lone = {"orders": [[begin, *none], [begin + 60, 900, 900], [begin + 120, *none]], "jobs": []}
        wire.tell("snapshot", "dashboard", 0, dashboard(latency=lone, per_second=[[begin, 3, 3, 3]]))
        for chart in ("#chart", "#order-latency"):
            await expect(page.locator(f"{chart} canvas")).to_be_visible()
            assert await page.locator(f"{chart} canvas").evaluate(INKED) > 3, chart


async def test_without_javascript_a_chart_is_its_table(database, chrome):
    sampler = Sampler(Series())
    sampler.start()
    try:
        for _ in range(2):
            await sampler.sample()
        async with desk(chrome, java_script_enabled=False) as (page, _wire, _asked):
            await page.goto(f"{URL}/")
            await expect(page.locator("#chart details tbody tr").first).to_be_visible()
            box = await page.locator("#order-latency").bounding_box()
            assert box["height"] < 200, "no room is left for what is not drawn"
    finally:
        sampler.stop()
