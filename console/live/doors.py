"""The doors to a socket: a bearer token, or a session's cookie together with an allowed Origin."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from channels.auth import AuthMiddlewareStack
from channels.db import database_sync_to_async
from channels.security.websocket import OriginValidator
from django.conf import settings
from django.http.request import split_domain_port, validate_host

from console.live.frames import Message
from console.live.person import Credential, Person, person_by_token, person_of
from console.wire import TRY_AGAIN
from jobs.away import AWAY_FROM_PAGES

log = logging.getLogger(__name__)

#: Seconds to find out who knocks. After five the handshake is cut off without a word.
KNOCK = 3.0

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


async def refuse(scope: Scope, receive: Receive, send: Send, code: int = 4403) -> None:
    """Close before the socket is accepted; the client sees a 403, or for TRY_AGAIN a 503."""
    await receive()
    await send({"type": "websocket.close", "code": code})


def doors(inner: Application) -> Application:
    """Let in who is signed in, with ``scope["person"]`` and ``scope["credential"]``; refuse the others, and
    tell whom nobody can look up within KNOCK seconds to come back.

    A browser sends the cookie along whichever site opens the socket, so a cookie needs an Origin; nobody's
    browser adds a token by itself.
    """
    by_cookie = SameOrigin(AuthMiddlewareStack(_Session(inner)))

    async def knock(scope: Scope, receive: Receive, send: Send) -> None:
        token = _bearer(scope)
        if token is None:
            await by_cookie(scope, receive, send)
            return
        person = await person_by_token(token)
        await _let_in(inner, person, Credential("token", token), scope, receive, send)

    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(KNOCK) as knocking:
                await knock(scope | {"knocking": knocking}, receive, send)
        except AWAY_FROM_PAGES as error:
            if knocking.when() is None:
                raise
            said = str(error).partition("\n")[0] or type(error).__name__
            log.warning("nobody can be let in to a socket now: %s", said)
            await refuse(scope, receive, send, TRY_AGAIN)

    return door


class SameOrigin(OriginValidator):  # type: ignore[misc]
    """Channels' check, with Django's idea of a trusted origin: the host asked for, port and all, or one
    named in CSRF_TRUSTED_ORIGINS. Where no host was asked for, any of ALLOWED_HOSTS. Where cookies travel by
    https alone, a page that came by plain http is another site: anybody on its way may have written it.
    """

    def __init__(self, application: Application) -> None:
        super().__init__(application, settings.CSRF_TRUSTED_ORIGINS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host, origin = _header(scope, b"host"), _header(scope, b"origin")
        if origin is not None and not _is_address(origin):
            await refuse(scope, receive, send)
            return
        same = origin is not None and _same(host, origin)
        await (self.application if same else super().__call__)(scope, receive, send)


class _Session:
    """Inside Channels' session and user: who that is, for us."""

    def __init__(self, inner: Application) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        person = await database_sync_to_async(person_of)(scope["user"])
        credential = Credential("session", scope["session"].session_key or "")
        await _let_in(self.inner, person, credential, scope, receive, send)


async def _let_in(
    inner: Application,
    person: Person | None,
    credential: Credential,
    scope: Scope,
    receive: Receive,
    send: Send,
) -> None:
    scope["knocking"].reschedule(None)
    if person is None:
        await refuse(scope, receive, send)
    else:
        await inner(scope | {"person": person, "credential": credential}, receive, send)


def _is_address(origin: str) -> bool:
    """Whether it can be taken apart; Channels' check fails on what cannot."""
    try:
        _ = urlsplit(origin).port
    except ValueError:
        return False
    return True


def _same(host: str | None, origin: str) -> bool:
    asked = urlsplit(origin)
    if asked.scheme not in (("https",) if settings.SESSION_COOKIE_SECURE else ("http", "https")):
        return False
    domain, _port = split_domain_port(asked.netloc)  # an IPv6 address keeps its brackets, as in ALLOWED_HOSTS
    if host is not None and asked.netloc.lower() != host.lower():
        return False
    return validate_host(domain, settings.ALLOWED_HOSTS)


def _bearer(scope: Scope) -> str | None:
    scheme, _, token = (_header(scope, b"authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _header(scope: Scope, name: bytes) -> str | None:
    return next((value.decode("latin1") for key, value in scope["headers"] if key == name), None)
