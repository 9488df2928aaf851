"""What a fetch may reach: public addresses, and what the settings let in by name."""

from collections.abc import Iterable
from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)
from typing import Any

#: Ports every public host may be called on.
PUBLIC_PORTS = frozenset({80, 443})

# The IANA registries of special-purpose addresses, whole blocks: an address in one is never the public
# service a customer meant, even where the registry calls it globally reachable (AS112, AMT).
# https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry
V4_REFUSED = [
    (IPv4Network(block), why)
    for block, why in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "a private network"),
        ("100.64.0.0/10", "a carrier's shared addresses"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "a cloud's host service"),  # Azure's; public by its number only
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "a private network"),
        ("192.0.0.0/24", "reserved for protocols"),
        ("192.0.2.0/24", "documentation"),
        ("192.31.196.0/24", "AS112"),
        ("192.52.193.0/24", "AMT relays"),
        ("192.88.99.0/24", "6to4 relays"),
        ("192.168.0.0/16", "a private network"),
        ("192.175.48.0/24", "AS112"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
]
# Only 2000::/3 is given out as global unicast; these are its special parts.
V6_GLOBAL = IPv6Network("2000::/3")
V6_REFUSED = [
    (IPv6Network(block), why)
    for block, why in (
        ("2001::/32", "Teredo"),
        ("2001::/23", "reserved for protocols"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("2620:4f:8000::/48", "AS112"),
        ("3fff::/20", "documentation"),
    )
]
V6_ELSEWHERE = [
    (IPv6Network(block), why)
    for block, why in (
        ("::1/128", "loopback"),
        ("::/128", "the unspecified address"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("fc00::/7", "a private network"),
        ("ff00::/8", "multicast"),
    )
]
NAT64 = IPv6Network("64:ff9b::/96")
ISATAP = frozenset({0x00005EFE, 0x02005EFE})  # the upper half of the interface id (RFC 5214)


def why_not(ip: str | IPv4Address | IPv6Address) -> str | None:
    """Why this address must not be reached, in words, or None for a public one.

    An IPv6 address that stands for an IPv4 one (mapped, NAT64's well-known prefix, ISATAP) is judged by
    that one as well; deprecated tunnels (6to4, Teredo) are refused whole. What is no address is refused.
    """
    if isinstance(ip, str):
        try:
            ip = ip_address(ip)
        except (ValueError, AddressValueError):
            return "not an IP address"
    if isinstance(ip, IPv4Address):
        return _first(V4_REFUSED, ip)
    if ip.ipv4_mapped is not None:
        return why_not(ip.ipv4_mapped)
    if ip in NAT64:
        return why_not(_last_32_bits(ip))
    if ip not in V6_GLOBAL:
        return _first(V6_ELSEWHERE, ip) or "not a public IPv6 address"
    if (int(ip) >> 32) & 0xFFFFFFFF in ISATAP and (why := why_not(_last_32_bits(ip))):
        return why
    return _first(V6_REFUSED, ip)


def let_in(host: str, port: int, entries: Iterable[str]) -> bool:
    """Whether one of the settings' entries names this host of a URL, at this port.

    ``127.0.0.1:9000`` is one host at one port; ``*.internal.example`` is every name below that one, at 80
    and 443; an IPv6 address stands in brackets. Names are compared as they are written in the URL: an
    entry for an address does not let in a name that leads to it.
    """
    return any(_names(entry.strip().lower(), host.lower(), port) for entry in entries)


def _names(entry: str, host: str, port: int) -> bool:
    name, colon, number = entry.rpartition(":")
    if not colon or not number.isdecimal():  # no port given; the colon may be one of an IPv6 address's
        name, number = entry, ""
    if port not in ({int(number)} if number else PUBLIC_PORTS):
        return False
    name = name.removeprefix("[").removesuffix("]")
    if name.startswith("*."):
        return host.endswith(name[1:]) and len(host) > len(name) - 1
    return bool(name) and host == name


def _last_32_bits(ip: IPv6Address) -> IPv4Address:
    return IPv4Address(int(ip) & 0xFFFFFFFF)


def _first(blocks: list[tuple[Any, str]], ip: IPv4Address | IPv6Address) -> str | None:
    return next((why for block, why in blocks if ip in block), None)
