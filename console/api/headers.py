"""The headers of every answer below /api/, also of those that no layer saw."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings

Message = Mapping[str, Any]
Send = Callable[[Message], Awaitable[None]]

#: Answers are for one client: nobody stores them, nobody takes them for a page.
ALWAYS = [
    (b"Cache-Control", b"no-store"),
    (b"X-Content-Type-Options", b"nosniff"),
    (b"Content-Security-Policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"Referrer-Policy", b"no-referrer"),
]


def with_headers(scope: Mapping[str, Any], send: Send) -> Send:
    """``send``, with ALWAYS at the start of the answer, and HSTS where the request came by https."""
    headers = list(ALWAYS)
    if settings.SECURE_HSTS_SECONDS and _secure(scope):
        headers.append((b"Strict-Transport-Security", b"max-age=%d" % settings.SECURE_HSTS_SECONDS))

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *headers]}
        await send(message)

    return sending


def _secure(scope: Mapping[str, Any]) -> bool:
    """As Django's ``request.is_secure``, for answers without a request."""
    if settings.SECURE_PROXY_SSL_HEADER:
        told = dict(scope.get("headers", ())).get(b"x-forwarded-proto")
        if told is not None:
            return bool(told.split(b",")[0].strip() == b"https")
    return bool(scope.get("scheme") == "https")
