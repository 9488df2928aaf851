"""Signing in and out, as a browser meets it."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission, User
from django.test import AsyncClient

from console.live.person import Credential, who_now
from console.signin import make_link
from jobs import db
from orders.models import Audit
from tests.console.desk import hire, with_password
from tests.support import eventually

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice(session_pool):
    user = User.objects.create_user("alice")
    user.groups.add(Group.objects.get(name="viewer"))
    return user


def test_the_link_signs_in_and_leads_to_a_first_password(client, alice):
    answer = client.get(f"/sign-in/{make_link(alice)}/")
    assert answer.headers["Location"] == "/sign-in/password/"
    page = client.get("/sign-in/password/").content.decode()
    assert "alice" in page
    words = {"new_password1": "wheel-and-water-5", "new_password2": "wheel-and-water-5"}
    assert client.post("/sign-in/password/", words).headers["Location"] == "/"
    alice.refresh_from_db()
    assert alice.check_password("wheel-and-water-5")
    assert client.session["_auth_user_id"] == str(alice.pk)  # still signed in


def test_the_link_leads_to_the_first_page_for_who_has_a_password(client, alice):
    alice.set_password("wheel-and-water-5")
    alice.save()
    assert client.get(f"/sign-in/{make_link(alice)}/").headers["Location"] == "/"
    assert client.get("/sign-in/password/").headers["Location"] == "/"


def test_a_used_link_says_so(client, alice):
    link = f"/sign-in/{make_link(alice)}/"
    client.get(link)
    client.logout()
    answer = client.get(link)
    assert answer.status_code == 410
    assert "used up" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_weak_first_password_is_refused_at_the_field(client, alice):
    client.get(f"/sign-in/{make_link(alice)}/")
    page = client.post("/sign-in/password/", {"new_password1": "short", "new_password2": "short"})
    assert 'class="error"' in page.content.decode()
    alice.refresh_from_db()
    assert not alice.has_usable_password()


def test_username_and_password_sign_in_and_go_on_to_the_page_asked_for(client, alice):
    alice.set_password("wheel-and-water-5")
    alice.save()
    wrong = client.post("/sign-in/", {"username": "alice", "password": "no"})
    assert 'class="error"' in wrong.content.decode()
    sent = {"username": "alice", "password": "wheel-and-water-5", "next": "/orders/"}
    assert client.post("/sign-in/", sent).headers["Location"] == "/orders/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", r"/\evil.example", "javascript:x"]
)
def test_nobody_is_led_to_another_site(client, alice, elsewhere):
    alice.set_password("wheel-and-water-5")
    alice.save()
    sent = {"username": "alice", "password": "wheel-and-water-5", "next": elsewhere}
    assert client.post("/sign-in/", sent).headers["Location"] == "/"


def test_a_next_that_leads_back_to_the_sign_in_leads_to_the_dashboard(client, alice):
    client.force_login(alice)
    for loop in ("/sign-in/", "/sign-in/?next=/sign-in/"):
        answer = client.get("/sign-in/", {"next": loop})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_the_link_gives_a_session_nobody_knew_before(client, alice):
    client.session.save()
    known = client.session.session_key
    client.cookies["sessionid"] = known
    client.get(f"/sign-in/{make_link(alice)}/")
    assert client.cookies["sessionid"].value != known


def test_the_password_and_a_new_password_give_a_session_nobody_knew_before(client, alice):
    alice.set_password("wheel-and-water-5")
    alice.save()
    client.session.save()
    client.cookies["sessionid"] = known = client.session.session_key
    client.post("/sign-in/", {"username": "alice", "password": "wheel-and-water-5"})
    signed_in = client.cookies["sessionid"].value
    assert signed_in != known
    alice.set_unusable_password()
    alice.save()
    client.get(f"/sign-in/{make_link(alice)}/")
    by_link = client.cookies["sessionid"].value
    words = {"new_password1": "wheel-and-water-6", "new_password2": "wheel-and-water-6"}
    assert client.post("/sign-in/password/", words).status_code == 302
    assert len({known, signed_in, by_link, client.cookies["sessionid"].value}) == 4
    client.cookies["sessionid"] = by_link
    assert client.get("/orders/").status_code == 302  # the old one leads nowhere


def test_signing_out_takes_a_post(client, alice):
    client.force_login(alice)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert client.get("/orders/").headers["Location"] == "/sign-in/?next=/orders/"


CHANGE = "/sign-in/password/change/"
OLD, NEW = "wheel-and-water-5", "water-and-wheel-6"
CHANGED = {"old_password": OLD, "new_password1": NEW, "new_password2": NEW}


@pytest.fixture
def known(alice):
    """Alice, with a password."""
    alice.set_password(OLD)
    alice.save()
    return alice


async def test_ones_own_password_is_changed_this_session_stays_and_the_others_end(database):
    alice = await with_password(await hire("alice", "viewer"), OLD)
    here, elsewhere = AsyncClient(), AsyncClient()
    for browser in (here, elsewhere):
        await browser.post("/sign-in/", {"username": "alice", "password": OLD})
    assert CHANGE in (await here.get("/orders/")).content.decode()
    link = await sync_to_async(make_link)(alice)
    answer = await here.post(CHANGE, CHANGED)
    assert answer.headers["Location"] == "/"
    assert (await AsyncClient().get(f"/sign-in/{link}/")).status_code == 410
    page = await here.get("/orders/")
    assert page.status_code == 200
    assert "Your password is changed" in page.content.decode()
    assert (await elsewhere.get("/orders/")).status_code == 302
    await alice.arefresh_from_db()
    assert await sync_to_async(alice.check_password)(NEW)
    said = await Audit.objects.aget()
    assert (said.actor, said.action, said.subject) == ("user:alice", "user.password", f"user:{alice.pk}")
    assert NEW not in str(said.data) + said.reason


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"old_password": "guessed"}, "That is not the password you have.", id="a wrong old one"),
        pytest.param(
            {"new_password1": OLD, "new_password2": OLD},
            "That is the password you have: choose another.",
            id="the old one again",
        ),
        pytest.param({"old_password": "x" * 200_000}, "At most 500 characters.", id="one that is huge"),
        pytest.param({"new_password2": "another-5"}, "The two are not alike.", id="two new ones"),
        pytest.param(
            {"new_password1": "x", "new_password2": "x"}, "Too short: at least 10", id="a weak new one"
        ),
        pytest.param({"old_password": ""}, "Type the password you have.", id="no old one"),
    ],
)
def test_a_change_of_password_that_is_refused_says_why_and_changes_nothing(client, known, change, words):
    client.force_login(known)
    answer = client.post(CHANGE, CHANGED | change)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    known.refresh_from_db()
    assert known.check_password(OLD)
    assert not Audit.objects.exists()


def test_who_guesses_the_old_password_at_an_open_browser_waits(client, known, settings):
    client.force_login(known)
    statuses = [
        client.post(CHANGE, CHANGED | {"old_password": "guessed"}).status_code
        for _guess in range(settings.AXES_FAILURE_LIMIT)
    ]
    assert statuses[-1] == 429
    assert client.post(CHANGE, CHANGED).status_code == 429
    known.refresh_from_db()
    assert known.check_password(OLD)


async def a_change_waits():
    """Whether one waits for another to be committed."""
    return await db.pool().fetchval(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock' AND query LIKE '%auth_user%FOR NO KEY UPDATE%')"
    )


async def test_of_two_changes_at_once_the_second_hears_that_it_comes_too_late(database):
    alice = await with_password(await hire("alice", "viewer"), OLD)
    browser = AsyncClient()
    await browser.aforce_login(alice)
    third = await sync_to_async(make_password)("somebody-else-was-first-7")
    async with db.transaction() as first:
        await first.conn.execute("UPDATE auth_user SET password = $1", third)
        second = asyncio.create_task(browser.post(CHANGE, CHANGED))
        await eventually(a_change_waits)
    page = (await second).content.decode()
    assert "It was changed a moment ago, somewhere else: sign in with the new one." in page
    await alice.arefresh_from_db()
    assert alice.password == third
    assert not await Audit.objects.aexists()


async def test_of_two_first_passwords_at_once_the_first_is_kept(database):
    alice = await hire("alice", "viewer")
    browser = AsyncClient()
    await browser.aforce_login(alice)
    third = await sync_to_async(make_password)("somebody-else-was-first-7")
    async with db.transaction() as first:
        await first.conn.execute("UPDATE auth_user SET password = $1", third)
        second = asyncio.create_task(browser.post("/sign-in/password/", CHANGED))
        await eventually(a_change_waits)
    assert (await second).headers["Location"] == "/"
    await alice.arefresh_from_db()
    assert alice.password == third


@pytest.mark.parametrize("address", [CHANGE, "/sign-in/password/"])
async def test_whoever_came_in_before_hears_that_the_password_was_changed(database, address):
    alice = await hire("alice", "viewer")
    if address == CHANGE:
        await with_password(alice, OLD)
    here, elsewhere = AsyncClient(), AsyncClient()
    for browser in (here, elsewhere):
        await browser.aforce_login(alice)
    before = [Credential("session", browser.cookies["sessionid"].value) for browser in (here, elsewhere)]
    assert (await here.post(address, CHANGED)).status_code == 302
    assert await who_now(before) == dict.fromkeys(before, "password_changed")
    after = Credential("session", here.cookies["sessionid"].value)
    (person,) = (await who_now([after])).values()
    assert person.name == "alice"
    for known in before:  # and it opens nothing
        browser = AsyncClient(headers={"cookie": f"sessionid={known.secret}"})
        assert (await browser.get("/orders/")).status_code == 302


async def test_who_has_no_password_sets_one_first(database):
    browser = AsyncClient()
    await browser.aforce_login(await hire("alice", "viewer"))
    assert (await browser.get(CHANGE)).headers["Location"] == "/sign-in/password/"
    assert CHANGE not in (await browser.get("/orders/")).content.decode()


def test_who_is_signed_out_signs_in_before_a_password_is_changed(client, known):
    assert client.get(CHANGE).headers["Location"] == f"/sign-in/?next={CHANGE}"
    assert client.post(CHANGE, CHANGED).status_code == 302
    known.refresh_from_db()
    assert known.check_password(OLD)


FIRST = {
    "view_order": "/orders/",
    "view_job": "/jobs/",
    "view_account": "/accounts/",
    "add_order": "/orders/new/",
    "view_user": "/admin/",
}


@pytest.mark.parametrize("permission", FIRST)
async def test_who_may_not_see_the_dashboard_begins_at_the_first_page_they_may(database, permission):
    clerk, browser = await hire("clerk", None), AsyncClient()
    await clerk.user_permissions.aadd(await Permission.objects.aget(codename=permission))
    await browser.get(f"/sign-in/{await sync_to_async(make_link)(clerk)}/")
    assert (await browser.get("/")).headers["Location"] == FIRST[permission]
    assert (await browser.get(FIRST[permission])).status_code == 200


def test_who_may_see_nothing_reads_so_at_the_first_page(client, session_pool):
    client.force_login(User.objects.create_user("nobody"))
    assert client.get("/").status_code == 403
