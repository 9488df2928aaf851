"""The doors to a socket: a bearer token, or a session's cookie together with an allowed Origin."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple
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

#: Seconds between two lines of the log that say so of those who knock meanwhile.
SAY_AGAIN = 30.0

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Visitor(NamedTuple):
    """Who knocks, and with what; nobody, where what they came in with is nobody's."""

    person: Person | None
    credential: Credential


class TurnedAway:
    """Who could not be looked up, as the log is told of it: at an outage everybody comes back, and again."""

    def __init__(self) -> None:
        self._since, self._said = 0, float("-inf")

    def tell(self, error: BaseException) -> None:
        """One more."""
        self._since += 1
        now = time.monotonic()
        if now - self._said < SAY_AGAIN:
            return
        said = str(error).partition("\n")[0] or type(error).__name__
        log.warning("nobody can be let in to a socket now (turned away: %d): %s", self._since, said)
        self._since, self._said = 0, now


async def refuse(scope: Scope, receive: Receive, send: Send, code: int = 4403) -> None:
    """Close before the socket is accepted; the client sees a 403, or for TRY_AGAIN a 503."""
    await receive()
    await send({"type": "websocket.close", "code": code})


def doors(inner: Application) -> Application:
    """Let in who is signed in, with ``scope["person"]`` and ``scope["credential"]``; refuse the others, and
    tell whom nobody can look up within KNOCK seconds to come back.

    A browser sends the cookie along whichever site opens the socket, so a cookie needs an Origin; nobody's
    browser adds a token by itself.

    Channels' stack only says who it is, and is over then: around ``inner`` it would cost each socket as much
    memory as all the rest of ours, and each frame as much time.
    """
    by_cookie = SameOrigin(AuthMiddlewareStack(_found))
    turned_away = TurnedAway()

    async def knock(scope: Scope, receive: Receive, send: Send) -> Visitor | None:
        """Who knocks; None where that was refused already."""
        token = _bearer(scope)
        if token is not None:
            return Visitor(await person_by_token(token), Credential("token", token))
        found: list[Visitor] = []
        await by_cookie(scope | {"found": found}, receive, send)
        return found[0] if found else None

    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(KNOCK):
                visitor = await knock(scope, receive, send)
        except AWAY_FROM_PAGES as error:
            turned_away.tell(error)
            await refuse(scope, receive, send, TRY_AGAIN)
            return
        if visitor is None:
            return
        if visitor.person is None:
            await refuse(scope, receive, send)
            return
        await inner(scope | visitor._asdict(), receive, send)

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


async def _found(scope: Scope, receive: Receive, send: Send) -> None:
    """Inside Channels' session and user: who that is, for us."""
    person = await database_sync_to_async(person_of)(scope["user"])
    credential = Credential("session", scope["session"].session_key or "")
    scope["found"].append(Visitor(person, credential))


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
