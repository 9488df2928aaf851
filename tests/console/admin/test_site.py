"""Who enters the administration, by which door, and what each role may do to each model."""

import re
from html import unescape

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Permission, User
from django.test import AsyncClient

from console.admin.site import GROUPS
from tests.console.admin.rows import KEPT, MODELS, READ_ONLY, address, fill, first_key
from tests.console.desk import browser, hire

pytestmark = pytest.mark.usefixtures("database")

SITE = ["/admin/", "/admin/password_change/", "/admin/password_change/done/", "/admin/jsi18n/",
        "/admin/autocomplete/", "/admin/orders/", "/admin/r/1/1/", "/admin/logout/", "/admin/nowhere/",
        "/admin/auth/user/1/password/"]  # fmt: skip
PAGES = SITE + [
    address(name, page, None if page in ("changelist", "add") else "1")
    for name in MODELS
    for page in ("changelist", "add", "change", "history", "delete")
]


async def superuser() -> AsyncClient:
    client = AsyncClient()
    await client.aforce_login(await sync_to_async(User.objects.create_superuser)("root"))
    return client


def test_every_model_is_kept_or_read_only_and_has_its_place():
    assert set(MODELS) == KEPT | READ_ONLY
    assert {name for _key, _heading, names in GROUPS for name in names} == set(MODELS)


async def test_who_is_signed_out_is_sent_to_the_consoles_sign_in():
    client = AsyncClient()
    for page in PAGES:
        answer = await client.get(page)
        assert (answer.status_code, answer.headers.get("Location")) == (302, f"/sign-in/?next={page}"), page
    posted = await client.post(address("orders.product", "add"), {"sku": "X"})
    assert posted.headers["Location"] == "/sign-in/?next=/admin/"
    assert (await client.get("/admin/login/?next=/orders/")).headers["Location"] == "/admin/"


@pytest.mark.parametrize(("role", "pages"), [(None, SITE), ("viewer", SITE), ("operator", PAGES)])
async def test_who_does_not_administer_reads_that_the_role_falls_short(role, pages):
    client = await browser(role)
    for page in pages:
        answer = await client.get(page)
        assert answer.status_code == 403, page
        assert "Your role does not reach this page" in answer.content.decode()
        assert (await client.post(page)).status_code == 403, page


async def test_the_consoles_navigation_leads_in_those_who_may_enter():
    assert 'href="/admin/"' not in (await (await browser("operator", "bob")).get("/orders/")).content.decode()
    admin = await browser("admin")
    assert 'href="/admin/"' in (await admin.get("/orders/")).content.decode()
    inside = (await admin.get("/admin/")).content.decode()
    assert '<a href="/">Back to the console</a>' in inside
    assert 'action="/sign-out/"' in inside


async def test_being_staff_opens_nothing_and_the_role_needs_no_staff():
    client = AsyncClient()
    user = await hire("alice", None)
    user.is_staff = True
    await user.asave()
    await client.aforce_login(user)
    assert (await client.get("/admin/")).status_code == 403
    assert (await (await browser("admin", "bob")).get("/admin/")).status_code == 200


async def test_who_was_disabled_is_out():
    client = AsyncClient()
    user = await hire("alice", "admin")
    await client.aforce_login(user)
    await User.objects.filter(pk=user.pk).aupdate(is_active=False)
    assert (await client.get("/admin/")).status_code == 302


async def test_one_permission_shows_what_it_reaches_and_no_more():
    client = AsyncClient()
    user = await hire("alice", None)
    await user.user_permissions.aadd(await Permission.objects.aget(codename="change_pace"))
    await client.aforce_login(user)
    await fill()
    for name in MODELS:
        assert (await client.get(address(name))).status_code == (200 if name == "jobs.pace" else 403), name
    assert "/admin/orders/" not in (await client.get("/admin/")).content.decode()


@pytest.mark.parametrize("who", ["admin", "superuser"])
async def test_what_each_model_allows(who):
    await fill()
    client = await superuser() if who == "superuser" else await browser("admin")
    counts = {name: await model.objects.acount() for name, model in MODELS.items()}
    for name in MODELS:
        key = await first_key(name)
        adds = 200 if name in KEPT else 403
        assert (await client.get(address(name))).status_code == 200, name
        assert (await client.get(address(name, "change", key))).status_code == 200, name
        assert (await client.get(address(name, "add"))).status_code == adds, name
        assert (await client.post(address(name, "add"), {})).status_code == adds, name
        if name in READ_ONLY | {"orders.token"}:
            assert (await client.post(address(name, "change", key), {"state": "x"})).status_code == 403, name
        assert (await client.get(address(name, "delete", key))).status_code == 403, name
        assert (await client.post(address(name, "delete", key), {"post": "yes"})).status_code == 403, name
        await client.post(
            address(name), {"action": "delete_selected", "_selected_action": [key], "post": "yes"}
        )
        history = await client.get(address(name, "history", key))
        assert history.status_code == (404 if name in READ_ONLY else 200), name
    assert {name: await model.objects.acount() for name, model in MODELS.items()} == counts


async def test_a_page_shows_no_hole_and_no_inline_script_or_style():
    await fill()
    client = await browser("admin")
    for name in MODELS:
        for page in (address(name), address(name, "change", await first_key(name))):
            text = (await client.get(page)).content.decode()
            assert ">None<" not in text
            assert "<style" not in text
            assert " style=" not in text
            assert "<script>" not in text


async def test_rows_lead_to_each_other():
    order = await fill()
    client = await browser("admin")
    page = (await client.get(address("orders.order", "change", order))).content.decode()
    for name in ("orders.orderline", "orders.orderevent", "orders.reservation", "orders.quote"):
        link = f"{address(name)}?order={order}"
        assert link in page
        assert str(order) in (await client.get(link)).content.decode()
    finished = await client.get(f"{address('jobs.history')}?subject=order:{order}")
    assert "orders.tasks.quote" in finished.content.decode()


def crumbs(page: str) -> str:
    """The words of a page's breadcrumbs, without their links."""
    found = re.search(r'<ol class="breadcrumbs">(.*?)</ol>', page, re.DOTALL)
    assert found, page
    words = re.findall(r"<li.*?>(.*?)</li>", found[1], re.DOTALL)
    return " › ".join(unescape(re.sub(r"<[^>]+>", "", each)) for each in words)


async def test_breadcrumbs_say_our_words_and_no_app_of_the_code():
    order = await fill()
    client = await browser("admin")
    alice = await User.objects.aget(username="alice")
    told = {
        address("orders.product"): "Administration › Products",
        address("orders.product", "change", "TEA"): "Administration › Products › TEA Green tea",
        address("orders.product", "add"): "Administration › Products › Add product",
        address("orders.product", "history", "TEA"): (
            "Administration › Products › Change history: TEA Green tea"
        ),
        address("orders.orderline") + f"?order={order}": "Administration › Lines of orders",
        address("auth.user", "password_change", alice.pk): "Administration › Users › Change password: alice",
    }
    await sync_to_async(alice.set_password)("wheel-and-water-5")
    await alice.asave()
    await client.aforce_login(alice)
    for page, words in told.items():
        assert crumbs((await client.get(page)).content.decode()) == words
    page = (await client.get("/admin/")).content.decode()
    assert 'action="/sign-out/"' in page
    assert 'href="/sign-in/password/change/"' in page


async def test_everything_is_translated_for_who_reads_chinese_where_django_is():
    client = await browser("admin")
    page = (await client.get("/admin/", headers={"accept-language": "zh-CN"})).content.decode()
    assert '<html lang="zh-hans"' in page
    assert "用户" in page


async def test_ones_own_password_is_changed_at_the_consoles_page():
    client = await browser("admin")
    for kept in ("/admin/password_change/", "/admin/password_change/done/"):
        assert (await client.get(kept)).headers["Location"] == "/sign-in/password/change/"
