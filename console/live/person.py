"""Who is at the other end of a socket: by a session's cookie or by a bearer token, and still so later."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.models import Session
from django.db import connections
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from console.sessions import SessionStore, kept
from jobs import db
from orders.clients import Client, client_by_token, clients_by_id, owners_of


class Credential(NamedTuple):
    """What a socket came in with. Never logged."""

    kind: Literal["session", "token"]
    secret: str

    def __repr__(self) -> str:
        return f"<{self.kind}>"


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in user. Permissions are ``app.codename``."""

    user_id: int
    name: str
    permissions: frozenset[str]

    def may(self, *permissions: str) -> bool:
        """All of these?"""
        return self.permissions.issuperset(permissions)


def person_of(user: Any) -> Person | None:
    """This Django user with all its permissions; None for one that may not sign in. Reads the database."""
    if user is None or not user.is_authenticated or not user.is_active:
        return None
    return Person(user.pk, user.get_username(), frozenset(user.get_all_permissions()))


async def person_by_token(secret: str) -> Person | None:
    """The active owner of a token, or None."""
    return _active(await client_by_token(secret))


#: Why somebody is nobody any more. A session that is not there was signed out of.
Why = Literal["logged_out", "session_ended", "password_changed", "disabled"]


async def who_now(credentials: Iterable[Credential]) -> dict[Credential, Person | Why]:
    """Who each of these is now, or why nobody.

    Four statements, for one socket or for thousands: sessions, their users' passwords, tokens, permissions.
    """
    wanted = set(credentials)
    keys = {credential.secret for credential in wanted if credential.kind == "session"}
    secrets = {credential.secret for credential in wanted if credential.kind == "token"}
    # In a thread of its own: the one Django shares for synchronous code may be busy for longer than we wait.
    async with asyncio.timeout(db.PATIENCE):
        by_session = await asyncio.to_thread(_users_of, keys) if keys else {}
    by_token = await owners_of(secrets) if secrets else {}
    known = {user for user in (*by_session.values(), *by_token.values()) if isinstance(user, int)}
    clients = await clients_by_id(known)
    users: dict[str, Mapping[str, int | Why]] = {"session": by_session, "token": by_token}

    def now(credential: Credential) -> Person | Why:
        user = users[credential.kind].get(credential.secret, "logged_out")
        return user if isinstance(user, str) else _active(clients.get(user)) or "disabled"

    return {credential: now(credential) for credential in wanted}


def _active(client: Client | None) -> Person | None:
    if client is None or not client.is_active:
        return None
    return Person(client.user_id, client.username, client.permissions)


def _users_of(keys: set[str]) -> dict[str, int | Why]:
    """The user's id behind each of these sessions, as ``django.contrib.auth.get_user`` does, or why none."""
    key_of = {kept(key): key for key in keys}
    try:
        rows = Session.objects.filter(session_key__in=key_of)
        ends = {}
        claims = {}
        for row, data, end in rows.values_list("session_key", "session_data", "expire_date"):
            if (claim := _claim(data)) is not None:
                claims[key_of[row]], ends[key_of[row]] = claim, end
        users = get_user_model().objects.only("password").in_bulk({user for user, _hash in claims.values()})
    finally:
        connections.close_all()
    moment = timezone.now()

    def of(key: str) -> int | Why:
        user, known = claims[key]
        if ends[key] <= moment:
            return "session_ended"
        if user not in users:
            return "disabled"
        return user if _is_hash(known, users[user]) else "password_changed"

    return {key: of(key) for key in claims}


def _is_hash(known: str, user: Any) -> bool:
    """Whether that is of the user's password, under the secret key or one of SECRET_KEY_FALLBACKS."""
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(known, one) for one in hashes)


@lru_cache(maxsize=10_000)
def _claim(data: str) -> tuple[int, str] | None:
    """The user a session names, and the hash of their password then; its signature is checked once."""
    session = SessionStore().decode(data)
    if SESSION_KEY not in session or session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    return int(session[SESSION_KEY]), str(session.get(HASH_SESSION_KEY, ""))
