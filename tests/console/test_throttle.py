"""Guessing passwords: who guesses waits, and nobody else does."""

import asyncio
import re
import threading
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from axes.models import AccessAttempt
from django.contrib.auth import aauthenticate
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.db.models import F
from django.test import AsyncClient, RequestFactory

from console import throttle
from tests.support import eventually

PASSWORD = "wheel-and-water-5"
HERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"
COOL_OFF = timedelta(minutes=15)


@pytest.fixture
def alice(database):
    return User.objects.create_user("alice", password=PASSWORD)


def sign_in(client, password, name="alice", address=HERE, **headers):
    sent = {"username": name, "password": password}
    return client.post("/sign-in/", sent, REMOTE_ADDR=address, **headers)


def lock(client, name="alice", address=HERE):
    answers = [sign_in(client, "wrong", name, address).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]


def passes(time):
    """Time goes on: every failure is so much older."""
    assert AccessAttempt.objects.update(attempt_time=F("attempt_time") - time)


def test_five_wrong_guesses_wait_and_are_told_how_long(client, alice):
    lock(client)
    answer = sign_in(client, PASSWORD)
    assert answer.status_code == 429
    assert 800 < int(answer.headers["Retry-After"]) <= 900
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in answer.headers
    assert "Try again in 15 minutes." in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_right_user_comes_in_from_elsewhere_meanwhile(client, alice):
    lock(client)
    assert sign_in(client, PASSWORD, address=ELSEWHERE).status_code == 302


def test_another_user_comes_in_from_the_same_address(client, alice):
    User.objects.create_user("bob", password=PASSWORD)
    lock(client)
    assert sign_in(client, PASSWORD, "bob").status_code == 302


def test_the_wait_ends_by_itself_however_often_somebody_tries_meanwhile(client, alice):
    lock(client)
    passes(COOL_OFF - timedelta(seconds=30))
    for _ in range(5):
        assert sign_in(client, "wrong").status_code == 429
    passes(timedelta(seconds=30))
    assert sign_in(client, PASSWORD).status_code == 302


def test_signing_in_begins_the_count_anew(client, alice):
    for _ in range(4):
        sign_in(client, "wrong")
    assert sign_in(client, PASSWORD).status_code == 302
    client.logout()
    assert sign_in(client, "wrong").status_code == 200


def test_one_address_that_tries_many_names_waits_with_all_of_them(client, alice, monkeypatch):
    monkeypatch.setattr(throttle, "ADDRESS_LIMIT", 8)
    for n in range(7):
        assert sign_in(client, "wrong", f"user{n}").status_code == 200
    assert sign_in(client, "wrong", "user7").status_code == 429
    assert sign_in(client, PASSWORD).status_code == 429
    assert sign_in(client, PASSWORD, address=ELSEWHERE).status_code == 302
    passes(COOL_OFF)
    assert sign_in(client, PASSWORD).status_code == 302


def test_who_has_an_account_cannot_wash_their_address_clean(client, alice, monkeypatch):
    monkeypatch.setattr(throttle, "ADDRESS_LIMIT", 8)
    for n in range(7):
        sign_in(client, "wrong", f"user{n}")
    assert sign_in(client, PASSWORD).status_code == 302
    client.logout()
    assert sign_in(client, "wrong", "user7").status_code == 429


def test_nobody_chooses_the_address_they_are_counted_under(client, alice):
    codes = [
        sign_in(client, "wrong", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}", HTTP_USER_AGENT=f"browser {n}")
        for n in range(5)
    ]
    assert codes[-1].status_code == 429
    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {HERE}


def test_behind_a_named_proxy_each_client_is_counted_alone(client, alice, settings):
    settings.TRUSTED_PROXIES = [HERE]
    for _ in range(5):
        wrong = sign_in(client, "wrong", HTTP_X_FORWARDED_FOR=ELSEWHERE)
    assert wrong.status_code == 429
    assert sign_in(client, PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.10").status_code == 302


def test_a_proxy_nobody_named_is_told_of_when_everybody_behind_it_waits(client, alice, monkeypatch, caplog):
    monkeypatch.setattr(throttle, "ADDRESS_LIMIT", 1)
    sign_in(client, "wrong", HTTP_X_FORWARDED_FOR=ELSEWHERE)
    assert "TRUSTED_PROXIES" in caplog.text


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        pytest.param(
            50, f"5 wrong passwords for one name from {HERE}: from there it waits 15 minutes", id="one name"
        ),
        pytest.param(
            5, f"5 wrong passwords from {HERE}: whoever signs in from there waits 15 minutes", id="an address"
        ),
    ],
)
def test_who_waits_is_one_line_of_the_log_however_often_they_try(
    client, alice, monkeypatch, caplog, limit, said
):
    monkeypatch.setattr(throttle, "ADDRESS_LIMIT", limit)
    lock(client)
    for _ in range(3):
        sign_in(client, "wrong")
    assert [record.getMessage() for record in caplog.records if record.name != "django.request"] == [said]
    assert "AXES" not in caplog.text


def test_neither_rows_nor_log_keep_what_was_typed(client, alice, caplog):
    for logger in (None, "axes"):  # also for who wants to hear more of Axes
        caplog.set_level("DEBUG", logger)
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', client.get("/sign-in/").content.decode())[1]
    form = {"username": "in-the-wrong-field", "password": "guess-me-7", "csrfmiddlewaretoken": token}
    for _ in range(6):
        client.post("/sign-in/?password=guess-me-7", form, REMOTE_ADDR=HERE)
    (row,) = AccessAttempt.objects.values()
    assert row["failures_since_start"] == 5
    for secret in ("guess-me-7", token):
        assert secret not in str(row)
    for secret in ("guess-me-7", token, "in-the-wrong-field"):
        assert secret not in caplog.text
    assert "AXES" in caplog.text


def test_a_name_with_a_line_break_writes_no_line_of_the_log(client, alice, caplog):
    for logger in (None, "axes"):
        caplog.set_level("DEBUG", logger)
    sign_in(client, "wrong", "eve\nWARNING the house is on fire")
    assert "AXES" in caplog.text
    assert "on fire" not in caplog.text


@pytest.mark.parametrize(
    "name",
    ["x" * 151, "x" * 5_000, "a\x00b", "\ufffd", "ａlice"],
    ids=["long", "longer", "NUL", "odd", "wide"],
)
def test_a_name_that_can_be_nobodys_is_refused_like_any_other(client, alice, name):
    answer = sign_in(client, "wrong", name, HTTP_USER_AGENT="x" * 9_000, HTTP_ACCEPT="y" * 9_000)
    assert answer.status_code == 200
    assert 'class="error"' in answer.content.decode()


def test_old_failures_are_cleared_away_by_the_next_one(client, alice):
    for n in range(4):
        sign_in(client, "wrong", f"user{n}")
    passes(COOL_OFF)
    sign_in(client, "wrong")
    assert [row.username for row in AccessAttempt.objects.all()] == ["alice"]


def test_a_name_nobody_has_is_answered_as_one_somebody_has(client, alice):
    User.objects.create_user("gone", password=PASSWORD, is_active=False)
    pages = {
        name: re.sub(r'value="\w*"', "", sign_in(client, "wrong", name).content.decode())
        for name in ("alice", "gone", "nobody")
    }
    assert pages["alice"] == pages["gone"] == pages["nobody"]
    assert sign_in(client, PASSWORD, "gone").content.decode().count("error") == pages["alice"].count("error")


async def test_awaited_sign_ins_are_counted_and_refused_too(database):
    await sync_to_async(User.objects.create_user)("alice", password=PASSWORD)
    request = RequestFactory().post("/", REMOTE_ADDR=HERE)
    assert await aauthenticate(request, username="alice", password=PASSWORD) is not None
    for _ in range(5):
        fresh = RequestFactory().post("/", REMOTE_ADDR=HERE)
        assert await aauthenticate(fresh, username="alice", password="wrong") is None
    fresh = RequestFactory().post("/", REMOTE_ADDR=HERE)
    assert await aauthenticate(fresh, username="alice", password=PASSWORD) is None


# ── one after the other ──────────────────────────────────────────────────────────────────────────────────


class Turnstile:
    """Every password check waits here, in its thread, until the test lets it go on."""

    def __init__(self):
        self.inside = self.most = self.tried = 0
        self.threads = set()
        self.two_in, self.go_on = threading.Event(), threading.Event()
        self.lock = threading.Lock()

    def check(self, backend, request, **credentials):
        with self.lock:
            self.inside, self.tried = self.inside + 1, self.tried + 1
            self.most = max(self.most, self.inside)
            self.threads.add(threading.current_thread().name)
            if self.inside == throttle.AT_ONCE:
                self.two_in.set()
        assert self.go_on.wait(30)
        with self.lock:
            self.inside -= 1


@pytest.fixture
def turnstile(monkeypatch):
    turnstile = Turnstile()
    monkeypatch.setattr(ModelBackend, "authenticate", lambda *args, **more: turnstile.check(*args, **more))
    yield turnstile
    turnstile.go_on.set()


def guesses(count):
    form = {"username": "alice", "password": "wrong"}
    return [asyncio.create_task(AsyncClient().post("/sign-in/", form)) for _ in range(count)]


async def test_of_many_guesses_at_one_moment_few_are_tried(database, turnstile):
    crowd = guesses(20)
    await asyncio.to_thread(turnstile.two_in.wait, 30)  # passwords are hashed; the loop goes on
    turnstile.go_on.set()
    answers = [answer.status_code for answer in await asyncio.gather(*crowd)]
    assert turnstile.most == throttle.AT_ONCE
    assert all(name.startswith("sign-in") for name in turnstile.threads)
    assert 5 <= turnstile.tried < 5 + throttle.AT_ONCE
    assert answers.count(429) >= 20 - turnstile.tried


async def test_more_than_may_wait_are_sent_away_at_once(database, turnstile, monkeypatch):
    monkeypatch.setattr(throttle, "WAITING", 2)
    crowd = guesses(throttle.AT_ONCE + 2)

    async def all_in():
        return throttle._inside == len(crowd)

    await eventually(all_in, 30)
    (refused,) = await asyncio.gather(*guesses(1))
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    turnstile.go_on.set()
    assert {answer.status_code for answer in await asyncio.gather(*crowd)} == {200}
    (again,) = await asyncio.gather(*guesses(1))
    assert again.status_code == 429
