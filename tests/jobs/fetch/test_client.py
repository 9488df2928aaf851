import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from jobs import db
from jobs.fetch import client
from jobs.fetch.client import FetchError, close_client, fetch, open_client
from tests.jobs.fetch.conftest import Handler, Outside

pytestmark = pytest.mark.usefixtures("database")


def statuses(*codes: int, headers: dict[str, str] | None = None) -> Handler:
    """A handler that answers with these, one after the other, and with 200 from then on."""
    left = list(codes)

    async def handle(request: web.Request) -> web.StreamResponse:
        if left:
            return web.Response(status=left.pop(0), headers=headers)
        return web.json_response({"ok": True})

    return handle


@asynccontextmanager
async def raw_server(answer: bytes) -> AsyncIterator[int]:
    """A server that reads something, says these bytes, and hangs up; its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def seconds_ahead(key: str) -> float:
    async with db.connection() as conn:
        return await conn.fetchval(
            "SELECT extract(epoch FROM next_at - clock())::float8 FROM pace WHERE key = $1", key
        )


async def test_an_answer_comes_with_status_headers_body_and_time(outside: Outside) -> None:
    response = await fetch("GET", outside.url)
    assert (response.status, response.json()) == (200, {"ok": True})
    assert response.headers["content-TYPE"].startswith("application/json")
    assert 0 <= response.elapsed_ms < 10_000


async def test_parameters_body_and_headers_arrive(outside: Outside) -> None:
    async def echo(request: web.Request) -> web.StreamResponse:
        return web.json_response(
            [request.method, dict(request.query), await request.json(), request.headers["X-Order"]]
        )

    outside.answer = echo
    response = await fetch(
        "post", outside.url, params={"order": "7", "weight": 2}, json={"a": 1}, headers={"X-Order": "7"}
    )
    assert response.json() == ["POST", {"order": "7", "weight": "2"}, {"a": 1}, "7"]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_passing_trouble_is_tried_again(outside: Outside, status: int) -> None:
    outside.answer = statuses(status, status)
    assert (await fetch("GET", outside.url)).status == 200
    assert len(outside.calls) == 3


async def test_the_last_answer_is_returned_when_the_tries_are_used_up(outside: Outside) -> None:
    outside.answer = statuses(500, 500, 502, 500)
    assert (await fetch("GET", outside.url)).status == 502


@pytest.mark.parametrize("status", [400, 404, 409, 501])
async def test_an_answer_that_will_not_change_is_not_asked_for_again(outside: Outside, status: int) -> None:
    outside.answer = statuses(status)
    assert (await fetch("GET", outside.url)).status == status
    assert len(outside.calls) == 1


async def test_what_may_have_had_an_effect_is_sent_once(outside: Outside) -> None:
    outside.answer = statuses(500)
    assert (await fetch("POST", outside.url)).status == 500
    assert len(outside.calls) == 1


async def test_a_host_gets_the_break_it_asks_for_in_every_process(outside: Outside) -> None:
    outside.answer = statuses(429, headers={"Retry-After": "120"})
    assert (await fetch("GET", outside.url)).status == 429  # too long to wait for here
    assert 115 < await seconds_ahead(outside.key) < 125
    with pytest.raises(FetchError, match="busy") as caught:
        await fetch("GET", outside.url)
    assert caught.value.kind == "pace"
    assert len(outside.calls) == 1


async def test_a_host_cannot_ask_for_a_break_without_end(outside: Outside) -> None:
    outside.answer = statuses(503, headers={"Retry-After": "99999999"})
    await fetch("GET", outside.url)
    assert await seconds_ahead(outside.key) < client.LONGEST_BREAK + 5


async def test_a_timeout_covers_the_whole_answer(outside: Outside) -> None:
    over = asyncio.Event()

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"a beginning")
        await over.wait()
        return response

    outside.answer = drip
    with pytest.raises(FetchError, match=r"within 0\.5 s") as caught:
        await fetch("GET", outside.url, timeout=0.5, tries=2)
    over.set()
    assert caught.value.kind == "timeout"
    assert len(outside.calls) == 2


async def test_a_cancelled_fetch_ends_at_once_and_the_next_one_works(outside: Outside) -> None:
    arrived, over = asyncio.Event(), asyncio.Event()

    async def hang(request: web.Request) -> web.StreamResponse:
        arrived.set()
        await over.wait()
        return web.Response()

    outside.answer = hang
    async with asyncio.timeout(5):
        running = [asyncio.create_task(fetch("GET", outside.url)) for _ in range(5)]
        await arrived.wait()
        for task in running:
            task.cancel()
        outcomes = await asyncio.gather(*running, return_exceptions=True)
        assert all(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes)
        over.set()
        outside.answer = outside.ok
        assert (await fetch("GET", outside.url)).status == 200


async def test_nobody_there_is_a_failed_connection(outside: Outside) -> None:
    await outside.server.close()
    with pytest.raises(FetchError, match="no connection to 127") as caught:
        await fetch("GET", outside.url)
    assert caught.value.kind == "connect"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="hangs up"),
        pytest.param(b"what is HTTP?\r\n\r\n", id="no HTTP"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", id="half an answer"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope", id="no gzip"
        ),
    ],
)
async def test_a_broken_answer_is_a_failure_not_a_traceback(
    outside: Outside, settings: object, answer: bytes
) -> None:
    async with raw_server(answer) as port:
        settings.FETCH_ALLOW = [f"127.0.0.1:{port}"]  # type: ignore[attr-defined]
        with pytest.raises(FetchError) as caught:
            await fetch("GET", f"http://127.0.0.1:{port}/")
    assert caught.value.kind == "protocol"


async def test_a_body_too_large_is_cut_off_whatever_it_announces(outside: Outside) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 1000)

    outside.answer = endless
    with pytest.raises(FetchError, match="more than 5000 bytes") as caught:
        await fetch("GET", outside.url, max_bytes=5000)
    assert caught.value.kind == "too_large"
    assert len(outside.calls) == 1


async def test_a_body_is_counted_after_decompression(outside: Outside) -> None:
    async def bomb(request: web.Request) -> web.StreamResponse:
        return web.Response(body=gzip.compress(b"0" * 10_000_000), headers={"Content-Encoding": "gzip"})

    outside.answer = bomb
    with pytest.raises(FetchError) as caught:
        await fetch("GET", outside.url)
    assert caught.value.kind == "too_large"


async def test_a_body_of_just_the_size_allowed_is_returned(outside: Outside) -> None:
    async def just(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"x" * 5000)

    outside.answer = just
    assert len((await fetch("GET", outside.url, max_bytes=5000)).body) == 5000


async def test_a_redirect_is_an_answer_and_nothing_follows_it(outside: Outside) -> None:
    async def elsewhere(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/other")

    outside.answer = elsewhere
    response = await fetch("GET", outside.url)
    assert (response.status, response.headers["Location"]) == (302, "/other")
    assert len(outside.calls) == 1


async def test_proxies_in_the_environment_are_not_used(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert (await fetch("GET", outside.url)).status == 200


async def test_cookies_are_not_kept(outside: Outside) -> None:
    async def sweet(request: web.Request) -> web.StreamResponse:
        response = web.Response()
        response.set_cookie("who", "you")
        return response

    outside.answer = sweet
    await fetch("GET", outside.url)
    await fetch("GET", outside.url)
    assert "Cookie" not in outside.calls[1].headers


async def test_a_body_that_is_no_json_says_so(outside: Outside) -> None:
    async def text(request: web.Request) -> web.StreamResponse:
        return web.Response(text="<html>", content_type="application/json")

    outside.answer = text
    response = await fetch("GET", outside.url)
    with pytest.raises(FetchError) as caught:
        response.json()
    assert caught.value.kind == "not_json"


async def test_a_failure_does_not_repeat_the_secrets_of_a_url(outside: Outside) -> None:
    await outside.server.close()
    with pytest.raises(FetchError) as caught:
        await fetch("GET", outside.url + "path-secret", params={"key": "query-secret"}, tries=1)
    assert "secret" not in str(caught.value)


async def test_the_client_is_closed_twice_and_opened_again(outside: Outside) -> None:
    await close_client()
    await open_client()
    await open_client()
    await close_client()
    await close_client()
    assert (await fetch("GET", outside.url)).status == 200
