"""One-time sign-in links: the secret travels in the link, the database keeps its SHA-256.

And what every sign-in clears away: what only grows by sign-ins need not be looked after by a clock.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.dispatch import receiver
from django.utils import timezone

from console.models import SignInLink

SECRET_BYTES = 32
#: Links of one user that work at a time; a further one ends the oldest.
OPEN = 5


def make_link(user: User, ttl: timedelta = timedelta(hours=1)) -> str:
    """A secret that signs ``user`` in once, within ``ttl``, at ``/sign-in/<secret>/``."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    SignInLink.objects.create(user=user, digest=digest(secret), expires_at=timezone.now() + ttl)
    of_theirs = SignInLink.objects.filter(user=user)
    newest = of_theirs.filter(used_at__isnull=True).order_by("-id").values_list("id", flat=True)[:OPEN]
    of_theirs.exclude(id__in=list(newest)).delete()
    return secret


def redeem(secret: str, now: datetime | None = None) -> User | None:
    """The user whom this secret signs in, or None where it is unknown, used, late, or the user inactive.

    A counted update decides between two who open the same link at once.
    """
    now = now or timezone.now()
    link = SignInLink.objects.filter(digest=digest(secret), used_at__isnull=True, expires_at__gt=now)
    found = link.select_related("user").first()
    if found is None or not found.user.is_active or not link.update(used_at=now):
        return None
    return found.user


def end_links(user: User) -> None:
    """Links made before do not sign in any more: their password changed, or what they may."""
    SignInLink.objects.filter(user=user, used_at__isnull=True).delete()


def digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


@receiver(user_logged_in)
def clear_away(**_: Any) -> None:
    """Sessions and links whose time is over."""
    now = timezone.now()
    Session.objects.filter(expire_date__lte=now).delete()
    SignInLink.objects.filter(expires_at__lte=now).delete()
