"""The page of every part, as it is and as it looks."""

from contextlib import asynccontextmanager

import pytest

from tests.console.desk import browser
from tests.console.pictures import TOLERANCE, difference
from tests.console.window import URL, desk


async def test_it_shows_every_part(database):
    page = (await (await browser("admin")).get("/_components/")).content.decode()
    for part in (
        "badges",
        "facts",
        "strips",
        "actions",
        "attempts",
        "timeline",
        "tree",
        "table",
        "empty",
        "banners",
        "verdicts",
        "figures",
        "fields",
    ):
        assert f'<section id="{part}">' in page
    for mark in (
        'class="badge"',
        'class="strip"',
        'class="tree"',
        'class="filter"',
        "<dialog",
        'class="chart"',
    ):
        assert mark in page


async def test_it_has_no_progress_of_nothing(database):
    page = (await (await browser("admin")).get("/_components/")).content.decode()
    actions = page[page.index('<section id="actions">') : page.index('<section id="attempts">')]
    assert 'class="progress"' not in actions


async def test_the_chart_has_a_twin_in_figures(database):
    page = (await (await browser("admin")).get("/_components/")).content.decode()
    assert page.count("data-number=") == 4 * 120


@pytest.mark.parametrize("role", ["viewer", "operator"])
async def test_it_is_for_who_runs_the_place(database, role):
    assert (await (await browser(role)).get("/_components/")).status_code == 403


# ── how it looks ─────────────────────────────────────────────────────────────────────────────────────────

#: Every machine has these letters; ours are the reader's own, which no two machines share.
LETTERS = '* { font-family: "DejaVu Sans" !important; caret-color: transparent !important; }'
VARIANTS = {"light": ("light", 1200), "dark": ("dark", 1200), "narrow": ("light", 380)}


@asynccontextmanager
async def shown(chrome, theme, width):
    how = {"color_scheme": theme, "viewport": {"width": width, "height": 900}, "bypass_csp": True}
    async with desk(chrome, "admin", **how) as (page, _wire, _asked):
        await page.goto(f"{URL}/_components/")
        await page.add_style_tag(content=LETTERS)
        await page.locator("#chart[data-points] canvas").wait_for()
        await page.evaluate("document.fonts.ready")
        yield page


@pytest.mark.browser
@pytest.mark.parametrize(("theme", "width"), VARIANTS.values(), ids=VARIANTS)
async def test_it_looks_as_it_did(database, chrome, request, theme, width):
    name = f"components-{request.node.callspec.id}"
    async with shown(chrome, theme, width) as page:
        share = await difference(page, name)
        assert share <= TOLERANCE, f"{share:.2%} of the page differ from tests/console/pictures/{name}.jpeg"


@pytest.mark.browser
@pytest.mark.parametrize(
    "change",
    [
        ".badge { --tone-tint: #ff8 !important; }",
        ".icon { display: none; }",
        ".strip { display: none; }",
        "body { padding-top: 8px; }",
    ],
)
async def test_a_part_that_looks_different_is_noticed(database, chrome, change):
    async with shown(chrome, *VARIANTS["light"]) as page:
        await page.add_style_tag(content=change)
        assert await difference(page, "components-light") > TOLERANCE
