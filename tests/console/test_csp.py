"""The policy is on every answer, and no page needs more than it allows: read here, and tried in a browser."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html.parser import HTMLParser

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient
from playwright.async_api import Browser, Page, expect

from console import throttle
from console.signin import make_link
from jobs import db
from tests.console.desk import browser, hire, open_shop, order_in, with_password
from tests.console.role_table import KINDS, NOBODY, PAGES
from tests.journeys.process import serving
from tests.support import eventually


class Inline(HTMLParser):
    """Collects what a strict policy forbids in a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.script = False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.script = tag == "script"
        if tag in ("style", "base", "object", "embed", "iframe") or (self.script and "src" not in given):
            self.found.append(f"<{tag}>")
        if given.get("http-equiv"):
            self.found.append(f"<meta http-equiv={given['http-equiv']}>")
        for name, value in attributes:
            leads = name in ("src", "href", "action", "formaction") and value
            if name == "style" or name.startswith("on") or (leads and not re.match(r"[#?]|/(?!/)", value)):
                self.found.append(f"<{tag} {name}={value}>")

    def handle_data(self, data):
        if self.script and data.strip():
            self.found.append(f"script: {data[:40]}")

    def handle_endtag(self, tag):
        self.script = False


@pytest.mark.parametrize(
    "page",
    [
        "<style>p {}</style>", '<p style="">', '<p onclick="x">', '<a href="javascript:x">',
        "<script>x</script>", '<script src="/x.js">x</script>', '<script src="//evil.example/x.js">',
        '<form action="https://evil.example/">', '<meta http-equiv="refresh">', "<iframe>",
    ],
)  # fmt: skip
def test_what_is_inline_is_found(page):
    assert Inline(page).found
    assert not Inline('<a href="/orders/">x</a><script type="module" src="/static/x.js"></script>').found


async def rows() -> dict[str, str]:
    """Each address of PAGES that can be got, filled with a row that is there."""
    await open_shop()
    order = await order_in(lines=2)
    async with db.connection() as conn:
        job = await conn.fetchval("SELECT id FROM job LIMIT 1")
    filled = {
        "<path:code>": "wallet:C001:EUR",
        "<str:secret>": "no-such-link-no-such-link",
        "<str:part>": "args",
    }
    addresses = {}
    for action in PAGES:
        method, route = action.split()
        if method == "GET":
            address = route.replace("<str:id>", str(job if "jobs" in route else order))
            for part, value in filled.items():
                address = address.replace(part, value)
            addresses[route] = address
    return addresses


def problems(answer, signed_in):
    policy = answer.headers.get("Content-Security-Policy", "")
    found = [] if "default-src 'none'" in policy and "unsafe" not in policy else [f"policy: {policy}"]
    if signed_in and answer.status_code == 200 and "no-store" not in answer.headers.get("Cache-Control", ""):
        found.append("may be kept")
    return found + Inline(answer.content.decode()).found


#: Addresses that show no page of their own to who comes without a form, or with that link.
LEAD_ON = {"/sign-in/<str:secret>/", "/accounts/<path:code>/transfer/"}


async def test_every_page_as_everybody_keeps_to_the_policy(database):
    addresses, found, seen = await rows(), {}, set()
    for kind in KINDS:
        if kind == NOBODY:
            client = AsyncClient()
        else:
            client, user = AsyncClient(), await hire(kind, kind if kind != "no role" else None)
            # Who has a password changes it, who has none sets one: one of them each.
            await client.aforce_login(await with_password(user, "wheel-5") if kind == "admin" else user)
        for route, address in [
            *addresses.items(),
            ("/nope/", "/nope/"),
            ("/orders/?state=x", "/orders/?state=x"),
        ]:
            answer = await client.get(address)
            seen.add((route, answer.status_code))
            if bad := problems(answer, kind != NOBODY):
                found[kind, address] = bad
    assert found == {}
    assert {route for route, status in seen if status == 200} >= set(addresses) - LEAD_ON


async def test_pages_that_refuse_keep_to_it_too(database, monkeypatch):
    await open_shop()
    monkeypatch.setattr(throttle, "ADDRESS_LIMIT", 1)
    client = await browser("operator")
    strict = AsyncClient(enforce_csrf_checks=True)
    answers = [
        (422, await client.post("/orders/new/", {"sku": "<b>", "quantity": "x"})),
        (422, await client.post("/accounts/wallet:C001:EUR/transfer/", {"amount": "x"})),
        (403, await strict.post("/orders/new/")),
        (405, await client.post("/orders/")),
        (429, await AsyncClient().post("/sign-in/", {"username": "a", "password": "b"})),
        (410, await AsyncClient().get("/sign-in/no-such-link-no-such-link/")),
    ]
    for status, answer in answers:
        assert (answer.status_code, problems(answer, signed_in=False)) == (status, [])


# ── a real browser ───────────────────────────────────────────────────────────────────────────────────────

HEAR = """document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"""


@asynccontextmanager
async def listening(chrome: Browser) -> AsyncIterator[tuple[Page, list[str]]]:
    """A page, and what its console complains of."""
    complaints: list[str] = []
    page = await chrome.new_page()
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    await page.add_init_script(HEAR)
    yield page, complaints
    await page.context.close()


async def heard(complaints: list[str]) -> bool:
    return any("policy: script-src" in line for line in complaints)


@pytest.mark.browser
async def test_a_real_browser_on_the_real_server_has_nothing_to_complain_of(database, chrome):
    """Files and sockets as they come over the wire; tests/console/test_manners.py goes to every page."""
    addresses = await rows()
    admin = await hire("alice", "admin")
    link = await sync_to_async(make_link)(admin)
    async with serving() as server, listening(chrome) as (page, complaints):
        await page.goto(f"{server.url}/sign-in/")
        await page.goto(f"{server.url}/sign-in/{link}/")
        assert page.url == f"{server.url}/sign-in/password/"
        for route in ("/", "/orders/<str:id>/"):
            await page.goto(server.url + addresses[route])
            await expect(page.locator("#live-status[data-state=live]")).to_be_attached(timeout=20_000)
        assert complaints == []
        await page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), {text: '1'}))"
        )
        assert await eventually(lambda: heard(complaints))  # one would have been heard
