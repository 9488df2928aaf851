"""Signing in and out, as a browser meets it."""

import pytest
from django.contrib.auth.models import Group, User

from console.signin import make_link

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
