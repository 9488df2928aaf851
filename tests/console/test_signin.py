from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone

from console.models import SignInLink
from console.sessions import SessionStore
from console.signin import OPEN, digest, make_link, redeem

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return User.objects.create_user("alice")


def test_a_link_signs_in_once(alice):
    secret = make_link(alice)
    assert redeem(secret) == alice
    assert redeem(secret) is None


def test_a_link_ends(alice):
    secret = make_link(alice, timedelta(minutes=5))
    assert redeem(secret, now=timezone.now() + timedelta(minutes=6)) is None
    assert redeem(secret, now=timezone.now() + timedelta(minutes=4)) == alice


def test_a_link_of_somebody_disabled_since_does_nothing(alice):
    secret = make_link(alice)
    alice.is_active = False
    alice.save()
    assert redeem(secret) is None


def test_an_unknown_secret_does_nothing(alice):
    make_link(alice)
    assert redeem("guess") is None


def test_the_database_does_not_know_the_secret(alice):
    secret = make_link(alice)
    digest = bytes(SignInLink.objects.get().digest)
    assert len(digest) == 32
    assert secret.encode() not in digest


def test_a_users_oldest_links_end_when_there_are_many(alice):
    bob = User.objects.create_user("bob")
    of_bob = make_link(bob)
    made = [make_link(alice) for _ in range(OPEN + 1)]
    assert redeem(made[0]) is None
    assert redeem(made[1]) == alice
    make_link(alice)  # the used one goes, the open ones stay
    assert SignInLink.objects.filter(user=alice).count() == OPEN
    assert [redeem(secret) for secret in made[2:]] == [alice] * (OPEN - 1)
    assert redeem(of_bob) == bob


def test_whoever_signs_in_clears_away_what_is_over(alice, client):
    stays, over = make_link(alice), make_link(alice, timedelta(0))
    for ends in (-1, 60):
        session = SessionStore()
        session.set_expiry(timezone.now() + timedelta(seconds=ends))
        session.create()
    client.force_login(alice)
    assert Session.objects.count() == 2  # the one that goes on, and the new one
    assert bytes(SignInLink.objects.get().digest) == digest(stays)
    assert redeem(over) is None
