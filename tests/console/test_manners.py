"""Every page, as who may see it, in a real Chromium: WCAG 2.2 AA, themes, widths, languages."""

import pytest
import pytest_asyncio

from tests.console.manners import looks
from tests.console.manners.pages import NO_PAGE, administration, console, doors, patterns
from tests.console.manners.states import fill_every_state, sampled
from tests.console.manners.visit import REFUSALS, visiting

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture
async def visit(database, chrome, settings):
    settings.ROOT_URLCONF = "console.demo.urls"
    async with visiting(chrome) as visit:
        yield visit


async def manners(visit, look):
    """All that is asked of one page; its faults, in sentences."""
    page = visit.page
    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    visit.speak("en")
    await visit.see(look)
    found = await looks.basics(page) + await looks.contrast(page) + await looks.too_small(page)
    found += await looks.sticks_out(page) + await looks.too_small(page)
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    await looks.open_all(page)
    found += await looks.axe(page) + await looks.still_moving(page) + await looks.sticks_out(page, [360])
    return found + visit.complaints


async def in_chinese(visit, look):
    page = visit.page
    visit.speak("zh-hans")
    await visit.see(look)
    found = await looks.sticks_out(page, [360])
    if await page.evaluate("document.documentElement.lang") != "zh-hans":
        found.append("not in Chinese")
    return found


async def walk(visit, wanted):
    """What the pages do wrong, by page."""
    found, routes = {}, set()
    for look in wanted:
        faults = await manners(visit, look)
        if look.route not in routes:
            faults += await in_chinese(visit, look)
        routes.add(look.route)
        if faults:
            found[look] = list(dict.fromkeys(faults))
    return found


@pytest.mark.parametrize("part", range(3))
async def test_pages_of_the_console(visit, part):
    rows, sampler = await fill_every_state(), await sampled()
    try:
        assert await walk(visit, console(rows)[part::3]) == {}
    finally:
        sampler.stop()


@pytest.mark.parametrize("part", range(2))
async def test_doors_and_refusals(visit, part):
    await fill_every_state()
    assert await walk(visit, doors(REFUSALS)[part::2]) == {}


@pytest.mark.parametrize("part", range(2))
async def test_pages_of_the_administration(visit, part):
    await fill_every_state()
    assert await walk(visit, (await administration())[part::2]) == {}


async def test_every_address_is_walked_or_is_no_page(database):
    rows = await fill_every_state()
    walked = {look.route for look in console(rows) + doors(REFUSALS) + await administration()}
    routes = set(patterns())
    walked -= set(REFUSALS) | {"403", "404"}
    assert routes - walked - set(NO_PAGE) == set(), "put the new page into tests/console/manners/pages.py"
    assert set(NO_PAGE) - routes == set(), "no longer there: take it out of NO_PAGE"
    assert walked - routes == set()


@pytest.mark.parametrize(
    ("role", "address"),
    [("viewer", "/"), ("operator", "/orders/"), ("operator", "/orders/new/"), ("admin", "/admin/")],
)
async def test_the_tab_key_leads_through_it_and_one_sees_where_it_is(visit, role, address):
    await fill_every_state()
    visit.client = visit.clients[role]
    await visit.page.set_viewport_size({"width": 1024, "height": 700})
    await visit.show(address)
    steps, faults = await looks.focus_lost(visit.page)
    assert faults == []
    # A form begins in its first field.
    assert "skip" in steps[0] or address == "/orders/new/"
    assert len(steps) > 10


#: A fault put into a page → who notices, and what must be said about it.
FAULTS = {
    "document.querySelector('h1').remove()": (looks.basics, "0 h1"),
    "document.title = ''": (looks.basics, "no title"),
    "document.documentElement.lang = ''": (looks.basics, "no lang"),
    "document.querySelector('#announcement').remove()": (looks.basics, "polite"),
    "document.querySelector('.brand').style.color = '#ddd'": (looks.contrast, "color-contrast"),
    "document.querySelector('#q').labels[0].remove(); document.querySelector('#q').placeholder = ''":
        (looks.axe, "axe"),
    "document.querySelector('h1').style.cssText = 'white-space: nowrap; min-width: 2000px'":
        (looks.sticks_out, "wide"),
    "document.querySelector('h1').style.cssText = 'position: fixed; left: -30px'":
        (looks.sticks_out, "sticks out"),
    "for (const a of document.querySelectorAll('.top nav a')) a.style.cssText = 'padding: 0; font-size: 6px'":
        (looks.too_small, "too small"),
    "document.querySelector('h1').style.cssText = 'transition: color 1s !important'":
        (looks.still_moving, "moves"),
}  # fmt: skip


async def test_what_is_wrong_is_noticed(visit):
    await fill_every_state()
    visit.client, page = visit.clients["viewer"], visit.page
    for fault, (notices, said) in FAULTS.items():
        await page.set_viewport_size({"width": 1024, "height": 900})
        await visit.show("/orders/")
        assert not any(said in each for each in await notices(page)), fault
        await page.evaluate(fault)
        assert any(said in each for each in await notices(page)), fault
    await visit.show("/orders/")
    await page.evaluate("document.styleSheets[0].insertRule(':focus-visible { outline: none !important }')")
    _steps, faults = await looks.focus_lost(page)
    assert "focus is not to be seen" in str(faults)


async def test_a_page_that_breaks_the_policy_is_noticed(visit):
    visit.client = visit.clients["viewer"]
    await visit.show("/orders/")
    await visit.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: '1'}))"
    )
    assert "violates the following Content Security Policy" in str(visit.complaints)
