"""A real HTTP server on loopback, and a client that is closed after each test."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from jobs.fetch import client

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Outside:
    """The outside a test calls: ``outside.answer`` is its handler, ``outside.calls`` what it was asked."""

    def __init__(self) -> None:
        self.answer: Handler = self.ok
        self.calls: list[web.Request] = []
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._handle)
        self.server = TestServer(application, host="127.0.0.1")

    async def ok(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"ok": True})

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.calls.append(request)
        return await self.answer(request)

    async def start(self) -> None:
        await self.server.start_server()
        self.place = f"127.0.0.1:{self.server.port}"

    @property
    def key(self) -> str:
        return f"host:{self.place}"

    @property
    def url(self) -> str:
        return f"http://{self.place}/"


@pytest_asyncio.fixture
async def outside(settings: object, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Outside]:
    """A server the settings let in, met by a client that does not wait between its tries."""
    outside = Outside()
    await outside.start()
    settings.FETCH_ALLOW = [outside.place]  # type: ignore[attr-defined]
    monkeypatch.setattr(client, "BACKOFF", 0.0)
    yield outside
    await client.close_client()
    await outside.server.close()
