"""The one way to the outside: every HTTP call of a job goes through ``fetch``."""

import asyncio
import random
from collections.abc import Mapping
from time import monotonic
from typing import Any

import aiohttp

from jobs.fetch import pace
from jobs.fetch.errors import FetchError
from jobs.fetch.guard import AddressRefused, PublicResolver, Target, check, public_socket
from jobs.fetch.response import Response
from jobs.fetch.retry_after import retry_after

__all__ = ["FetchError", "Response", "close_client", "fetch", "open_client"]

#: Methods that may be sent again when nobody knows whether the first one arrived.
REPEATABLE = frozenset({"GET", "HEAD"})
#: Failures and answers after which another try may fare better.
PASSING_KINDS = frozenset({"connect", "timeout", "protocol"})
PASSING_STATUS = frozenset({429, 500, 502, 503, 504})
#: Seconds: the longest wait before the second try, which doubles to at most the cap; drawn from 0 up to it.
BACKOFF, BACKOFF_CAP = 0.5, 8.0
#: Seconds a server may ask for with Retry-After; more is taken as this.
LONGEST_BREAK = 300.0


class _Client:
    """The sessions of one event loop: one for the public, one for hosts the settings let in.

    Neither has cookies, a proxy out of the environment, or a limit on connections: a call that waited for
    a connection would start long after its slot. The pace and the queue's slots bound them.
    """

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.public = self._session(
            aiohttp.TCPConnector(limit=0, socket_factory=public_socket, resolver=PublicResolver())
        )
        self.let_in = self._session(aiohttp.TCPConnector(limit=0))

    @staticmethod
    def _session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            headers={"User-Agent": "headrace"},
        )

    async def close(self) -> None:
        await self.public.close()
        await self.let_in.close()


_client: _Client | None = None


async def open_client() -> None:
    """Open this process's client. ``fetch`` does it where it was not done; doing it twice is harmless."""
    _opened()


async def close_client() -> None:
    """Close the client and its connections. Closing it twice, or unopened, is harmless."""
    global _client
    closing, _client = _client, None
    if closing is not None and closing.loop is asyncio.get_running_loop():
        await closing.close()


def _opened() -> _Client:
    global _client
    if _client is None or _client.loop is not asyncio.get_running_loop():
        _client = _Client()  # a client left by a loop that ended cannot be used, nor closed, on this one
    return _client


async def fetch(
    method: str,
    url: str,
    *,
    params: Mapping[str, str | int | float] | None = None,
    json: Any = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 10.0,
    tries: int = 3,
    max_bytes: int = 1 << 20,
) -> Response:
    """Call a URL at its host's pace and return the answer, whatever its status.

    ``timeout`` is seconds for one try, from the connection to the last byte; waiting for the host's slot
    (30 s at most) comes on top. GET and HEAD are tried ``tries`` times: after a failed connection, a
    timeout, a broken answer, 429, 500, 502, 503 and 504, with jittered waits, and not before the instant a
    Retry-After names, which holds for every process. The last answer is returned, the last failure raised.
    ``max_bytes`` is counted after decompression. Redirects are answers: nothing follows them. Only public
    addresses are reached, on ports 80 and 443, unless the setting FETCH_ALLOW names the host.

    Raises FetchError.
    """
    target = check(url)
    method = method.upper()
    tries = tries if method in REPEATABLE else 1
    request = {"params": params, "json": json, "headers": headers}
    key = f"host:{target.place}"
    for attempt in range(1, tries + 1):
        await pace.wait(key)
        try:
            response = await _once(target, method, request, timeout, max_bytes)
        except FetchError as error:
            if error.kind not in PASSING_KINDS or attempt == tries:
                raise
        else:
            asked_for = await _heed(key, response)
            if response.status not in PASSING_STATUS or attempt == tries or asked_for > pace.PATIENCE:
                return response
        await asyncio.sleep(random.uniform(0, min(BACKOFF_CAP, BACKOFF * 2 ** (attempt - 1))))  # noqa: S311
    raise AssertionError("unreachable")


async def _heed(key: str, response: Response) -> float:
    """Give a host the break it asks for; its seconds."""
    if response.status not in (429, 503):
        return 0.0
    seconds = min(retry_after(response.headers), LONGEST_BREAK)
    if seconds > 0:
        await pace.push(key, seconds)
    return seconds


async def _once(
    target: Target, method: str, request: dict[str, Any], timeout: float, max_bytes: int
) -> Response:
    client = _opened()
    session = client.let_in if target.let_in else client.public
    started = monotonic()
    try:
        async with session.request(
            method,
            target.url,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=timeout),
            **request,
        ) as answer:
            body = await _body(answer, target, max_bytes)
            elapsed = round((monotonic() - started) * 1000)
            return Response(answer.status, answer.headers, body, elapsed)
    except TimeoutError as error:  # first: aiohttp's timeouts are client errors, too
        raise FetchError("timeout", f"{target.place} did not answer within {timeout:g} s") from error
    except aiohttp.InvalidURL as error:  # 127.1, 0x7f.1 and their like
        raise FetchError("refused", f"{target.url.raw_host} is not a host name") from error
    except aiohttp.ClientConnectorError as error:
        if isinstance(error.os_error, AddressRefused):
            raise FetchError("refused", str(error.os_error)) from error
        raise FetchError("connect", f"no connection to {target.place}: {error.os_error}") from error
    except (aiohttp.ClientError, OSError) as error:  # of the target: our own database has no part in it
        raise FetchError("protocol", f"{target.place} broke off: {type(error).__name__}") from error


async def _body(answer: aiohttp.ClientResponse, target: Target, max_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > max_bytes:
            raise FetchError("too_large", f"{target.place} sent more than {max_bytes} bytes")
    return bytes(body)
