"""Every view says whom it lets in. (Whether it does: test_role_table.)"""

import pytest
from django.test import AsyncClient
from django.urls import URLPattern, get_resolver

from tests.console.desk import browser, hire
from tests.console.role_table import PAGES as ROWS

# The API's addresses are an include of their own, with an access of their own.
PAGES = [pattern for pattern in get_resolver().url_patterns if isinstance(pattern, URLPattern)]
PERMISSIONS = {
    "components": ("auth.view_user",),
    "dashboard": ("orders.view_order", "jobs.view_job"),
    "orders": ("orders.view_order",),
    "order": ("orders.view_order",),
    "order_form": ("orders.add_order",),
    "jobs": ("jobs.view_job",),
    "job": ("jobs.view_job",),
    "accounts": ("orders.view_account",),
    "account": ("orders.view_account",),
    "order_cancel": ("orders.view_order", "orders.change_order"),
    "job_cancel": ("jobs.view_job", "jobs.control_job"),
    "job_retry": ("jobs.view_job", "jobs.control_job"),
    "job_document": ("jobs.view_job",),
    "transfers": ("orders.view_account",),
    "customer_choices": ("orders.add_order",),
    "product_choices": ("orders.add_order",),
    "account_choices": ("orders.view_account", "orders.make_transfer"),
    "transfer": ("orders.view_account", "orders.make_transfer"),
}
PUBLIC = {"sign_in", "sign_in_link", "set_password", "change_password", "sign_out", "preferences"}


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


async def test_a_form_of_another_site_is_refused_wherever_one_can_be_sent(database):
    client = AsyncClient(enforce_csrf_checks=True)
    await client.aforce_login(await hire("alice", "admin"))
    posts = [action.split()[1] for action in ROWS if action.startswith("POST")]
    assert len(posts) >= 5
    for route in posts:
        answer = await client.post(route.replace("<path:code>", "cash:EUR"), {"customer": "C001"})
        assert answer.status_code == 403, route
        assert "out of date" in answer.content.decode()


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver@evil.example", ""])
async def test_an_answer_is_for_a_host_that_is_ours(database, host):
    answer = await AsyncClient().get("/orders/", headers={"Host": host, "X-Forwarded-Host": "evil.example"})
    assert answer.status_code == 400
    assert "Location" not in answer.headers


async def test_an_address_without_a_page_says_so(database):
    answer = await (await browser("viewer")).get("/nope/")
    assert answer.status_code == 404
    assert "There is nothing at this address." in answer.content.decode()
