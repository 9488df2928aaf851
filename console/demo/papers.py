"""Who may come in: the demo's operator, a sign-in link that works once, a token for programs."""

import os
from datetime import timedelta

from django.contrib.auth.models import Group, User
from django.utils import timezone

from console.signin import make_link
from orders.models import Token

OPERATOR = "operator"
LINK_TTL = timedelta(hours=12)


def operator() -> User:
    """The demo's person: in the group ``admin``, and without a password until they choose one."""
    user, made = User.objects.get_or_create(username=OPERATOR)
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    user.groups.add(Group.objects.get(name="admin"))
    return user


def sign_in_link(user: User, url: str) -> str:
    """A link below ``url`` that signs the user in, once, within LINK_TTL."""
    return f"{url}/sign-in/{make_link(user, LINK_TTL)}/"


def token_name() -> str:
    """What this run's token is called."""
    return f"demo, process {os.getpid()}"


def revoke_token() -> None:
    """This run's token ends with it; the next run prints another."""
    tokens = Token.objects.filter(user__username=OPERATOR, name=token_name(), revoked_at=None)
    tokens.update(revoked_at=timezone.now())
