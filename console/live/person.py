"""Who is at the other end of a socket: by a session's cookie or by a bearer token, and still so later."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, NamedTuple

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.db import connections
from django.utils.crypto import constant_time_compare

from jobs import db
from orders.clients import client_by_token


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
    client = await client_by_token(secret)
    if client is None or not client.is_active:
        return None
    return Person(client.user_id, client.username, client.permissions)


async def who_now(credentials: Iterable[Credential]) -> dict[Credential, Person | None]:
    """Who each of these is now; None where the session has ended or the user may not sign in any more."""
    wanted = set(credentials)
    sessions = [credential for credential in wanted if credential.kind == "session"]
    # In a thread of its own: the one Django shares for synchronous code may be busy for longer than we wait.
    async with asyncio.timeout(db.PATIENCE):
        found = await asyncio.to_thread(_by_sessions, sessions) if sessions else {}
    for credential in wanted.difference(sessions):
        found[credential] = await person_by_token(credential.secret)
    return found


def _by_sessions(credentials: list[Credential]) -> dict[Credential, Person | None]:
    try:
        return {credential: _by_session(credential.secret) for credential in credentials}
    finally:
        connections.close_all()


def _by_session(key: str) -> Person | None:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    session = store(key).load()
    if SESSION_KEY not in session or session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = get_user_model()._default_manager.filter(pk=session[SESSION_KEY]).first()
    known = str(session.get(HASH_SESSION_KEY, ""))
    if user is None or not constant_time_compare(known, user.get_session_auth_hash()):
        return None
    return person_of(user)
