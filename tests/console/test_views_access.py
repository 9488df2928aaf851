"""Nobody opens a page without being let in, and every answer carries the policy."""

import pytest
from django.test import AsyncClient
from django.urls import URLPattern, get_resolver

from tests.console.desk import browser, hire

# The API's addresses are an include of their own, with an access of their own.
PAGES = [pattern for pattern in get_resolver().url_patterns if isinstance(pattern, URLPattern)]
PERMISSIONS = {
    "dashboard": ("orders.view_order", "jobs.view_job"),
    "orders": ("orders.view_order",),
    "order": ("orders.view_order",),
    "order_form": ("orders.add_order",),
    "jobs": ("jobs.view_job",),
    "job": ("jobs.view_job",),
    "accounts": ("orders.view_account",),
    "account": ("orders.view_account",),
    "transfer": ("orders.view_account", "orders.make_transfer"),
}
PUBLIC = {"sign_in", "sign_in_link", "set_password", "sign_out"}
ADDRESSES = [
    "/",
    "/orders/",
    "/orders/new/",
    "/jobs/",
    "/accounts/",
    "/orders/x/",
    "/jobs/x/",
    "/accounts/x/",
]


@pytest.mark.parametrize("pattern", PAGES, ids=lambda pattern: pattern.name)
def test_every_view_says_whom_it_lets_in(pattern):
    guards = pattern.callback.guards  # a view without them is a mistake
    if pattern.name in PUBLIC:
        assert guards is None
    else:
        assert guards == PERMISSIONS[pattern.name]


@pytest.mark.parametrize("address", ADDRESSES)
async def test_who_is_signed_out_is_sent_to_sign_in(database, address):
    answer = await AsyncClient().get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/sign-in/?next={address}"


@pytest.mark.parametrize("address", ADDRESSES)
async def test_who_has_no_role_sees_nothing(database, address):
    answer = await (await browser(None)).get(address)
    assert answer.status_code == 403
    assert "Your role does not reach this page" in answer.content.decode()


async def test_a_viewer_neither_submits_nor_transfers(database):
    viewer = await browser("viewer")
    assert (await viewer.get("/orders/new/")).status_code == 403
    assert (await viewer.post("/accounts/cash:EUR/transfer/")).status_code == 403
    page = (await viewer.get("/orders/")).content.decode()
    assert "/orders/new/" not in page


async def test_somebody_disabled_is_signed_out(database):
    client = AsyncClient()
    user = await hire("alice", "viewer")
    await client.aforce_login(user)
    user.is_active = False
    await user.asave()
    assert (await client.get("/orders/")).status_code == 302


async def test_a_form_of_another_site_is_refused(database):
    client = AsyncClient(enforce_csrf_checks=True)
    await client.aforce_login(await hire("alice", "operator"))
    answer = await client.post("/orders/new/", {"customer": "C001"})
    assert answer.status_code == 403
    assert "out of date" in answer.content.decode()


async def test_every_answer_forbids_what_is_inline_or_from_elsewhere(database):
    client = await browser("viewer")
    for address in ("/", "/nope/", "/static/app.css"):
        policy = (await client.get(address)).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


async def test_no_page_has_an_inline_script_or_style(database):
    client = await browser("admin")
    for address in ADDRESSES[:5]:
        page = (await client.get(address)).content.decode()
        assert "<style" not in page
        assert " style=" not in page
        assert " on" + "click=" not in page
        assert page.count("<script") == page.count('<script type="module" src=') == 1


async def test_an_address_without_a_page_says_so(database):
    answer = await (await browser("viewer")).get("/nope/")
    assert answer.status_code == 404
    assert "There is nothing at this address." in answer.content.decode()
