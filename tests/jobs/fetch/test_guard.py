import asyncio
import socket

import pytest

from jobs.fetch import guard
from jobs.fetch.client import FetchError, fetch
from jobs.fetch.guard import AddressRefused, check, public_socket
from tests.jobs.fetch.conftest import Outside


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://example.com/a?b=c#d",
        "HTTPS://EXAMPLE.COM:443",
        "http://1.1.1.1",
        "http://[2606:4700:4700::1111]/",
    ],
)
def test_a_plain_public_url_may_be_called(url: str) -> None:
    assert not check(url).let_in


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("", id="empty"),
        pytest.param("/relative", id="relative"),
        pytest.param("//example.com/", id="no scheme"),
        pytest.param("http:///path", id="no host"),
        pytest.param("http://[::1", id="half a bracket"),
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("gopher://127.0.0.1:6379/_INFO", id="gopher"),
        pytest.param("ws://example.com/", id="websocket"),
        pytest.param("http://user@example.com/", id="user"),
        pytest.param("http://user:pass@example.com/", id="user and password"),
        pytest.param("http://:pass@example.com/", id="password alone"),
        pytest.param("http://example.com:22/", id="ssh"),
        pytest.param("https://example.com:5432/", id="postgres"),
        pytest.param("http://example.com:99999/", id="no such port"),
        pytest.param("http://example.com:-1/", id="negative port"),
    ],
)
def test_a_url_that_must_not_be_called_is_refused_before_anything(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        check(url)
    assert caught.value.kind == "refused"


def test_a_host_the_settings_name_may_be_called_at_its_port(settings: object) -> None:
    settings.FETCH_ALLOW = ["api.example:8443"]  # type: ignore[attr-defined]
    assert check("https://api.example:8443/").let_in
    assert not check("https://api.example/").let_in


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254"])
def test_no_socket_is_made_for_an_address_that_is_not_public(address: str) -> None:
    with pytest.raises(AddressRefused, match=address):
        public_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, 80)))


def test_a_socket_is_made_for_a_public_address() -> None:
    public_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("1.1.1.1", 80))).close()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "0x7f000001",
        "127.1",
        "2130706433",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "127.0.0.1.",
    ],
)
async def test_loopback_is_refused_however_it_is_spelled(
    database: None, outside: Outside, settings: object, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    settings.FETCH_ALLOW = []  # type: ignore[attr-defined]
    # The port is opened to the public, so that only the address stands between the call and the server.
    monkeypatch.setattr(guard.addresses, "PUBLIC_PORTS", frozenset({outside.server.port}))
    with pytest.raises(FetchError) as caught:
        await fetch("GET", f"http://{host}:{outside.server.port}/", tries=1)
    assert caught.value.kind == "refused"
    assert outside.calls == []


async def test_a_name_with_one_refused_address_is_refused_whole(
    database: None, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def both(*args: object, **kwargs: object) -> list[object]:
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("1.1.1.1", 80)), (*kind, ("10.0.0.1", 80))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", both)
    with pytest.raises(FetchError, match=r"two\.example leads to 10\.0\.0\.1, .*private") as caught:
        await fetch("GET", "http://two.example/", tries=1)
    assert caught.value.kind == "refused"


async def test_a_name_dns_cannot_hold_is_a_failed_connection(database: None, outside: Outside) -> None:
    with pytest.raises(FetchError) as caught:
        await fetch("GET", f"http://{'x' * 64}.com/", tries=1)
    assert caught.value.kind in ("connect", "refused")
