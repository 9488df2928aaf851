"""The page of every part, as it is and as it looks."""

import pytest

from tests.console.desk import browser


async def test_it_shows_every_part(database):
    page = (await (await browser("admin")).get("/_components/")).content.decode()
    for part in (
        "badges",
        "facts",
        "strips",
        "timeline",
        "tree",
        "table",
        "empty",
        "banners",
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


async def test_the_chart_has_a_twin_in_figures(database):
    page = (await (await browser("admin")).get("/_components/")).content.decode()
    assert page.count("data-number=") == 4 * 120


@pytest.mark.parametrize("role", ["viewer", "operator"])
async def test_it_is_for_who_runs_the_place(database, role):
    assert (await (await browser(role)).get("/_components/")).status_code == 403
