"""Every view says whom it lets in. (Whether it does: test_role_table.)"""

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


@pytest.mark.parametrize("pattern", PAGES, ids=lambda pattern: pattern.name)
def test_every_view_says_whom_it_lets_in(pattern):
    guards = pattern.callback.guards  # a view without them is a mistake
    if pattern.name in PUBLIC:
        assert guards is None
    else:
        assert guards == PERMISSIONS[pattern.name]


async def test_who_is_signed_out_is_sent_to_sign_in_and_then_back(database):
    answer = await AsyncClient().get("/orders/?state=received")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in/?next=/orders/%3Fstate%3Dreceived"


async def test_whose_role_falls_short_reads_so_and_is_offered_nothing(database):
    answer = await (await browser(None)).get("/orders/")
    assert answer.status_code == 403
    assert "Your role does not reach this page" in answer.content.decode()
    viewers = (await (await browser("viewer", "bob")).get("/orders/")).content.decode()
    assert "/orders/new/" not in viewers


async def test_a_form_of_another_site_is_refused(database):
    client = AsyncClient(enforce_csrf_checks=True)
    await client.aforce_login(await hire("alice", "operator"))
    answer = await client.post("/orders/new/", {"customer": "C001"})
    assert answer.status_code == 403
    assert "out of date" in answer.content.decode()


async def test_an_address_without_a_page_says_so(database):
    answer = await (await browser("viewer")).get("/nope/")
    assert answer.status_code == 404
    assert "There is nothing at this address." in answer.content.decode()
