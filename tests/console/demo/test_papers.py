import pytest
from django.contrib.auth.models import User

from console.demo import papers
from console.signin import redeem
from orders.models import Token

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_operator_has_no_password_and_may_administer() -> None:
    user = papers.operator()
    assert not user.has_usable_password()
    assert not user.is_superuser
    assert user.has_perms(["orders.add_order", "orders.make_transfer", "jobs.view_job"])


def test_a_password_they_chose_is_kept() -> None:
    user = papers.operator()
    user.set_password("a long enough one")
    user.save()
    assert papers.operator().check_password("a long enough one")
    assert User.objects.count() == 1


def test_the_link_signs_in_once() -> None:
    user = papers.operator()
    link = papers.sign_in_link(user, "http://127.0.0.1:8000")
    assert link.startswith("http://127.0.0.1:8000/sign-in/")
    secret = link.split("/")[-2]
    assert redeem(secret) == user
    assert redeem(secret) is None


def test_only_this_runs_token_ends_with_it() -> None:
    user = papers.operator()
    for name in (papers.token_name(), "mine"):
        Token.objects.create(user=user, name=name, digest=name.encode())
    papers.revoke_token()
    assert Token.objects.get(name="mine").revoked_at is None
    assert Token.objects.get(name=papers.token_name()).revoked_at is not None
