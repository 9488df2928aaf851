import json
from pathlib import Path

import pytest

from jobs.rules.addresses import let_in, why_not

VECTORS = Path(__file__).resolve().parents[4] / "shared" / "data" / "ssrf_vectors.json"

# The last address before, and the first one after, blocks that are refused.
PUBLIC = """
1.0.0.0 1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0
168.63.129.15 168.63.129.17 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255
192.0.1.0 192.0.3.0 192.31.195.255 192.31.197.0 192.52.192.255 192.52.194.0 192.88.98.255 192.88.100.0
192.167.255.255 192.169.0.0 192.175.47.255 192.175.49.0 198.17.255.255 198.20.0.0 198.51.99.255
198.51.101.0 203.0.112.255 203.0.114.0 223.255.255.255
2000:: 2001:200:: 2001:db7:ffff:ffff:ffff:ffff:ffff:ffff 2001:db9:: 2003:: 2606:4700:4700::1111
2620:4f:7fff:ffff:ffff:ffff:ffff:ffff 2620:4f:8001:: 3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff 3fff:1000::
::ffff:8.8.8.8 64:ff9b::8.8.8.8 2606:4700::5efe:8.8.8.8
"""

REFUSED = """
0.0.0.0 0.255.255.255 10.0.0.0 100.64.0.0 127.0.0.1 168.63.129.16 169.254.169.254 172.16.0.0 172.31.255.255
192.0.0.0 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.168.0.1 192.175.48.1 198.18.0.0 198.19.255.255
198.51.100.1 203.0.113.255 224.0.0.1 239.255.255.255 240.0.0.0 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::10.0.0.1 64:ff9b:1::1 100::1 1fff:ffff::
2001::1 2001:1:: 2001:1ff:ffff:: 2001:db8::1 2002:808:808::1 2620:4f:8000::1 3fff::1 4000:: 5f00::1
fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1
2606:4700::5efe:10.0.0.1 2606:4700::200:5efe:10.0.0.1
"""


@pytest.mark.parametrize("ip", PUBLIC.split())
def test_a_public_address_is_reached(ip: str) -> None:
    assert why_not(ip) is None


@pytest.mark.parametrize("ip", REFUSED.split())
def test_an_address_that_is_not_public_is_refused_with_a_reason(ip: str) -> None:
    assert why_not(ip)


@pytest.mark.parametrize("text", ["", "localhost", "0x7f.1", "127.1", "256.1.1.1", "[::1]", "1.1.1.1 "])
def test_what_is_no_address_is_refused(text: str) -> None:
    assert why_not(text) == "not an IP address"


def test_every_collected_address_is_refused() -> None:
    if not VECTORS.exists():
        pytest.skip(f"{VECTORS} is not here: the collection is not part of the project")
    ips = [value for _, kind, value in json.loads(VECTORS.read_text()) if kind == "ip"]
    assert len(ips) > 90
    assert [ip for ip in ips if why_not(ip) is None] == []


@pytest.mark.parametrize(
    ("entry", "host", "port", "expected"),
    [
        pytest.param("127.0.0.1:9000", "127.0.0.1", 9000, True, id="host and port"),
        pytest.param("127.0.0.1:9000", "127.0.0.1", 9001, False, id="another port"),
        pytest.param("127.0.0.1:9000", "localhost", 9000, False, id="another name for it"),
        pytest.param("127.0.0.1", "127.0.0.1", 80, True, id="no port is 80"),
        pytest.param("127.0.0.1", "127.0.0.1", 443, True, id="no port is 443"),
        pytest.param("127.0.0.1", "127.0.0.1", 8080, False, id="no port is no other"),
        pytest.param("*.internal.example", "a.b.internal.example", 443, True, id="below a name"),
        pytest.param("*.internal.example", "internal.example", 443, False, id="the name itself is not below"),
        pytest.param("*.internal.example", "evilinternal.example", 443, False, id="a name that ends alike"),
        pytest.param("*.internal.example", ".internal.example", 443, False, id="an empty label"),
        pytest.param("*.internal.example:8443", "a.internal.example", 8443, True, id="below a name, a port"),
        pytest.param("[::1]:9000", "::1", 9000, True, id="IPv6 and port"),
        pytest.param("[::1]", "::1", 443, True, id="IPv6 without a port"),
        pytest.param(" Api.Example ", "api.example", 443, True, id="case and blanks"),
        pytest.param("*", "example.com", 443, False, id="a bare star names nobody"),
        pytest.param("", "", 443, False, id="nothing names nobody"),
    ],
)
def test_the_settings_let_in_by_name(entry: str, host: str, port: int, expected: bool) -> None:
    assert let_in(host, port, ["other.example:1", entry]) is expected
