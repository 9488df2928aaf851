"""One-time sign-in links: the secret travels in the link, the database keeps its SHA-256."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.contrib.auth.models import User
from django.utils import timezone

from console.models import SignInLink

SECRET_BYTES = 32


def make_link(user: User, ttl: timedelta = timedelta(hours=1)) -> str:
    """A secret that signs ``user`` in once, within ``ttl``, at ``/sign-in/<secret>/``."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    SignInLink.objects.create(user=user, digest=digest(secret), expires_at=timezone.now() + ttl)
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


def digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
