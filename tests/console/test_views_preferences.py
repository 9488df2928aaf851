"""Theme and language of one browser."""

import pytest
from django.test import AsyncClient

from tests.console.desk import browser


async def test_a_theme_is_kept_by_this_browser_and_pages_come_in_it(database):
    viewer = await browser("viewer")
    assert "data-theme" not in (await viewer.get("/orders/")).content.decode().split("<head>")[0]
    answer = await viewer.post("/preferences/", {"theme": "dark", "next": "/orders/?state=failed"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/orders/?state=failed")
    cookie = viewer.cookies["theme"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    page = (await viewer.get("/orders/")).content.decode()
    assert '<html lang="en" data-theme="dark">' in page
    assert 'name="theme" value="dark" aria-pressed="true"' in page


async def test_a_language_outranks_what_the_browser_asks_for(database):
    viewer = await browser("viewer")
    await viewer.post("/preferences/", {"language": "zh-hans"})
    page = (await viewer.get("/orders/", headers={"accept-language": "en"})).content.decode()
    assert '<html lang="zh-hans">' in page


@pytest.mark.parametrize(
    ("sent", "cookies"),
    [
        ({"theme": "pink"}, set()),
        ({"language": "tlh"}, set()),
        ({}, set()),
        ({"theme": "light", "language": "en"}, {"theme", "django_language"}),
    ],
    ids=["no such theme", "no such language", "nothing", "both"],
)
async def test_only_what_there_is_is_kept(sent, cookies):
    client = AsyncClient()
    assert (await client.post("/preferences/", sent)).status_code == 302
    assert set(client.cookies) == cookies


@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example", ""]
)
async def test_nobody_is_sent_to_another_site(away):
    answer = await AsyncClient().post("/preferences/", {"theme": "dark", "next": away})
    assert answer.headers["Location"] == "/"


async def test_a_stale_cookie_is_no_theme(database):
    viewer = await browser("viewer")
    viewer.cookies["theme"] = '"><script>'
    assert "<script>" not in (await viewer.get("/orders/")).content.decode()
