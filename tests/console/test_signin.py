from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from console.models import SignInLink
from console.signin import make_link, redeem

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
