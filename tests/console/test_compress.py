"""What is sent is gzipped for who takes it."""

import gzip

import pytest
from django.test import AsyncClient

TAKES = {"accept-encoding": "gzip, br"}


async def body(answer):
    return b"".join([part async for part in answer]) if answer.streaming else answer.content


@pytest.mark.parametrize("address", ["/static/app.css", "/sign-in/"])
async def test_it_is_smaller_and_the_same(database, address):
    plain, packed = await AsyncClient().get(address), await AsyncClient().get(address, headers=TAKES)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in plain.headers["Vary"]
    whole, small = await body(plain), await body(packed)
    assert int(packed.headers["Content-Length"]) == len(small) < len(whole)
    if address.startswith("/static/"):
        assert gzip.decompress(small) == whole
    else:
        assert b"csrfmiddlewaretoken" in gzip.decompress(small)


@pytest.mark.parametrize(
    ("header", "packed"),
    [
        ("gzip", True),
        ("GZIP;q=1.0", True),
        ("x-gzip", True),
        ("*", True),
        ("br, *;q=0.1", True),
        ("gzip;q=0.5, identity;q=0.5", True),
        ("*;q=0, gzip;q=0.2", True),
        ("identity;q=0, gzip;q=0.001", True),
        ("gzip; q=0", False),
        ("gzip;q=0.000, br", False),
        ("*;q=0", False),
        ("gzip;q=0, *", False),
        ("identity", False),
        ("identity, gzip;q=0.5", False),
        ("gzip;q=much", False),
        ("gzip;q=2", False),
        ("gzipped", False),
        ("", False),
    ],
)
async def test_what_a_client_weighs_is_what_it_gets(header, packed):
    answer = await AsyncClient().get("/static/app.css", headers={"accept-encoding": header})
    assert ("Content-Encoding" in answer.headers) == packed
    assert "Accept-Encoding" in answer.headers["Vary"]


async def test_a_file_that_has_not_changed_is_not_sent_again():
    client = AsyncClient()
    sent = await client.get("/static/app.css", headers=TAKES)
    assert "ETag" not in sent.headers
    again = {**TAKES, "if-modified-since": sent.headers["Last-Modified"]}
    assert (await client.get("/static/app.css", headers=again)).status_code == 304


async def test_a_part_of_a_file_and_a_head_stay_as_they_are():
    part = await AsyncClient().get("/static/app.css", headers={**TAKES, "range": "bytes=0-9"})
    head = await AsyncClient().head("/static/app.css", headers=TAKES)
    assert (part.status_code, "Content-Encoding" in part.headers, "Content-Encoding" in head.headers) == (
        206,
        False,
        False,
    )


async def test_the_length_of_a_page_tells_nothing_exact(database):
    lengths = {len((await AsyncClient().get("/sign-in/", headers=TAKES)).content) for _ in range(10)}
    assert len(lengths) > 1
