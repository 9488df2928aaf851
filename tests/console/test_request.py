"""A request on its way through our server: bounded, and its headers made true."""

import asyncio
import contextlib
import re
import time
from email.utils import parsedate_to_datetime

import pytest

from console.request import MAX_KEPT, MAX_READ, dated
from console.size import MAX_BODY
from tests.console.test_server import serving, web
from tests.journeys.raw import PATIENCE

__all__ = ["web"]  # the fixture

PART = b"x" * 65_536


async def parts(count):
    for _ in range(count):
        yield PART


def test_one_byte_more_is_kept_than_is_served():
    assert MAX_KEPT == MAX_BODY + 1 < MAX_READ


@pytest.mark.parametrize(
    ("body", "taken"),
    [
        pytest.param(PART, "took 65536 65536 ''", id="a small body"),
        pytest.param(PART * 16, f"took {MAX_BODY} {MAX_BODY} ''", id="the largest that is served"),
        pytest.param(PART * 80, f"took {MAX_KEPT} {80 * 65_536} ''", id="a larger one"),
    ],
)
async def test_of_a_body_no_more_is_kept_than_shows_that_it_is_too_large(web, body, taken):
    async with serving() as served:
        await served.ready()
        chunked = parts(len(body) // len(PART))
        for data in (body, chunked):  # with its length and without one
            async with web.post(served.url("/took"), data=data) as answer:
                assert answer.status == 200
            assert await served.until("took") == taken
            served.said.clear()


async def test_a_body_announced_far_too_large_is_not_waited_for(web):
    async with serving() as served:
        await served.ready()
        headers = {"Content-Length": str(MAX_READ + 1), "Expect": "100-continue"}
        async with web.post(served.url("/took"), data=parts(1), headers=headers) as answer:
            assert answer.status == 413


async def test_a_body_without_an_end_is_cut_off(web):
    async with serving() as served:
        await served.ready()
        _, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(b"POST /took HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")

        async def go_on():
            while True:
                writer.write(b"10000\r\n" + PART + b"\r\n")
                await writer.drain()

        async with asyncio.timeout(PATIENCE):
            with pytest.raises(ConnectionError):
                await go_on()
        async with web.get(served.url("/")) as answer:
            assert answer.status == 200


async def test_nobody_but_us_says_where_the_application_stands(web):
    async with serving() as served:
        await served.ready()
        async with web.get(served.url("/took"), headers={"Daphne-Root-Path": "/elsewhere"}) as answer:
            assert answer.status == 200
        assert await served.until("took") == "took 0 none ''"


HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"
DRIPS = [
    pytest.param(b"", b"", id="nothing"),
    pytest.param(b"G", b"E", id="a line without an end"),
    pytest.param(HEAD, b"X: y\r\n", id="headers without an end"),
    pytest.param(HEAD + b"Content-Length: 1000\r\n\r\n", b"x", id="a body without an end"),
    pytest.param(HEAD + b"\r\n" + HEAD, b"X: y\r\n", id="a second request without an end"),
]


@pytest.mark.parametrize(("begin", "drop"), DRIPS)
async def test_who_sends_drop_by_drop_is_not_waited_for_for_ever(begin, drop):
    async with serving("--impatient") as served:
        await served.ready()
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(begin)

        async def drip():
            while True:
                writer.write(drop)
                await asyncio.sleep(0.1)

        dripping = asyncio.create_task(drip())
        async with asyncio.timeout(PATIENCE):
            with contextlib.suppress(ConnectionError):
                while await reader.read(65_536):
                    pass
        dripping.cancel()
        writer.close()


async def test_an_answer_to_head_has_no_body_however_many_parts_it_comes_in():
    async with serving() as served:
        await served.ready()
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port, limit=1 << 20)
        writer.write(
            b"".join(b"%b /parts HTTP/1.1\r\nHost: x\r\n\r\n" % method for method in (b"HEAD", b"GET"))
        )
        async with asyncio.timeout(PATIENCE):
            for _ in range(2):
                head = await reader.readuntil(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 200 ")
            await reader.readuntil(b"the end")
        writer.close()


@pytest.mark.parametrize(
    "request_line",
    [
        pytest.param(b"GET / HTTP/1.1", id="a page"),
        pytest.param(b"HEAD /parts HTTP/1.1", id="to HEAD"),
        pytest.param(b"GET /fail HTTP/1.1", id="a failure of the application"),
        pytest.param(b"POST / HTTP/1.1\r\nContent-Length: 999999999", id="a refusal of ours"),
        pytest.param(b"what is this?", id="no request"),
        pytest.param(b"GET / HTTP/1.1\r\nUpgrade: websocket", id="a refused handshake"),
    ],
)
async def test_every_answer_says_when_it_was_made(request_line):
    async with serving() as served:
        await served.ready()
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        before = int(time.time())
        writer.write(request_line + b"\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(PATIENCE):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
        dates = re.findall(r"^Date: (.+ GMT)\r$", head, re.MULTILINE | re.IGNORECASE)
        assert len(dates) == 1
        assert before <= parsedate_to_datetime(dates[0]).timestamp() <= time.time()
        writer.close()


LONG = b"x" * 16_384
#: What is sent → the status, and words of the sentence.
REFUSED = {
    "no request": (b"what is this?\r\n\r\n", 400, "no HTTP request"),
    "no header": (HEAD + b"no colon\r\n\r\n", 400, "no HTTP request"),
    "a line without an end": (b"GET /" + LONG, 414, "A request's line may have 16,384 bytes"),
    "a line too long": (b"GET /" + LONG + b" HTTP/1.1\r\n\r\n", 414, "line may have"),
    "half a mebibyte of a line": (b"GET /" + LONG * 32, 414, "line may have"),
    "a header too long": (HEAD + b"X: " + LONG, 431, "with its line 16,384 bytes"),
    "headers too long": (HEAD + (b"X: " + LONG[:9_000] + b"\r\n") * 2, 431, "with its line"),
    "too many headers": (HEAD + b"X: y\r\n" * 501 + b"\r\n", 431, "500 headers at most"),
    "a line too long behind another request": (HEAD + b"\r\nGET /" + LONG * 2, 414, "line may have"),
}


async def test_what_cannot_be_read_is_answered_in_a_sentence():
    async with serving() as served:
        await served.ready()
        for label, (sent, status, said) in REFUSED.items():
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
            async with asyncio.timeout(PATIENCE):
                writer.write(sent)
                await writer.drain()  # nobody reads all of it, and yet it must not take the answer with it
                answers = (await reader.read()).decode()
            writer.close()
            head, _, body = answers[answers.rindex("HTTP/1.1 ") :].partition("\r\n\r\n")
            assert head.startswith(f"HTTP/1.1 {status} "), label
            assert "\r\nConnection: close\r\n" in head, label
            assert "\r\nDate: " in head, label
            assert f"\r\nContent-Length: {len(body)}" in head, label
            assert said in body, label


async def test_who_was_refused_and_sends_on_is_let_go():
    async with serving() as served:
        await served.ready()
        _, writer = await asyncio.open_connection("127.0.0.1", served.port)

        async def go_on():
            while True:
                writer.write(PART)
                await writer.drain()

        async with asyncio.timeout(PATIENCE):
            with pytest.raises(ConnectionError):
                await go_on()


def test_a_date_that_is_there_stays():
    assert dated([(b"date", b"then")]) == [(b"date", b"then")]
