"""The pages behind refusals."""

from html import unescape

import pytest

from tests.console.desk import browser, open_shop

#: A list's address with something in it that cannot be → what is wrong, and the same list without.
UNUSABLE = {
    "/orders/?state=sideways&door=api": ("state", "sideways", "/orders/?door=api"),
    "/orders/?sort=colour": ("sort", "colour", "/orders/"),
    "/orders/?sort=-total&state=secured&before=x": ("before", "x", "/orders/?sort=-total&state=secured"),
    "/jobs/?queue=a%00b": ("queue", "a\ufffdb", "/jobs/"),
    "/jobs/?after=<b>&state=ready": ("after", "<b>", "/jobs/?state=ready"),
    "/accounts/wallet:C001:EUR/transfers/?side=up": ("side", "up", "/accounts/wallet:C001:EUR/transfers/"),
    "/orders/?state=" + "x" * 5_000: ("state", "x" * 99 + "…", "/orders/"),
}


@pytest.mark.parametrize("address", UNUSABLE)
async def test_a_list_that_cannot_be_says_which_parameter_is_wrong_and_leads_on_without(database, address):
    name, value, without = UNUSABLE[address]
    await open_shop()
    viewer = await browser("viewer")
    answer = await viewer.get(address)
    page = answer.content.decode()
    assert answer.status_code == 404
    assert f'<b class="code">{name}</b>' in page
    assert f"“{value}”" in unescape(page)
    assert f'href="{without}"' in unescape(page)
    assert "<b>&" not in page.replace("&lt;b&gt;", "")
    assert (await viewer.get(without)).status_code == 200


async def test_what_the_next_page_is_told_fits_into_a_cookie(database):
    viewer = await browser("viewer")
    answer = await viewer.get("/jobs/", {"q": "order:" + "水" * 1_000})
    assert answer.status_code == 302
    assert len(answer.cookies["messages"].OutputString()) < 3_000
    assert "水…" in (await viewer.get("/jobs/")).content.decode()
