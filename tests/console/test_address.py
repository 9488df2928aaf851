"""Who chooses the address a request is counted under: the socket, and those proxies that were named."""

import pytest
from django.test import RequestFactory

from console.address import client_address

PROXY = ["10.0.0.0/24", "fd00::/8"]


@pytest.mark.parametrize(
    ("trusted", "peer", "said", "address"),
    [
        pytest.param([], "198.51.100.7", None, "198.51.100.7", id="the socket's peer"),
        pytest.param([], "198.51.100.7", "203.0.113.9", "198.51.100.7", id="anybody may say anything"),
        pytest.param(PROXY, "198.51.100.7", "203.0.113.9", "198.51.100.7", id="not past the proxy"),
        pytest.param(PROXY, "10.0.0.2", "203.0.113.9", "203.0.113.9", id="the proxy is believed"),
        pytest.param(PROXY, "10.0.0.2", "1.1.1.1, 203.0.113.9", "203.0.113.9", id="its own word alone"),
        pytest.param(PROXY, "10.0.0.2", "203.0.113.9, 10.0.0.3", "203.0.113.9", id="two proxies"),
        pytest.param(PROXY, "10.0.0.2", "10.0.0.9", "10.0.0.9", id="a proxy as the client"),
        pytest.param(PROXY, "10.0.0.2", None, "10.0.0.2", id="a proxy that says nothing"),
        pytest.param(PROXY, "10.0.0.2", "1.1.1.1, nonsense", "10.0.0.2", id="a proxy that says nonsense"),
        pytest.param(PROXY, "fd00::1", "203.0.113.9", "203.0.113.9", id="a proxy on IPv6"),
        pytest.param(PROXY, "::ffff:10.0.0.2", "203.0.113.9", "203.0.113.9", id="IPv4 inside IPv6"),
        pytest.param([], "2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::", id="an IPv6 customer is one"),
        pytest.param([], "", "203.0.113.9", None, id="no socket"),
    ],
)
def test_the_client_is_whom_the_socket_or_a_named_proxy_saw(settings, trusted, peer, said, address):
    settings.TRUSTED_PROXIES = trusted
    headers = {"HTTP_X_FORWARDED_FOR": said} if said else {}
    assert client_address(RequestFactory().get("/", REMOTE_ADDR=peer, **headers)) == address
