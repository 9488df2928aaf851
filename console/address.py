"""Where a request comes from, as far as that can be believed."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

#: Bits of an IPv6 address that are one customer's: whoever has one address has all the others below it.
CUSTOMER = 64

Address = IPv4Address | IPv6Address


def client_address(request: HttpRequest) -> str | None:
    """The client's address, an IPv6 one as its network's; None where the request came over no socket.

    Anybody can send X-Forwarded-For. A proxy in TRUSTED_PROXIES appends whom it saw, so the header is read
    from its end, for as long as the one who said so is trusted.
    """
    seen = _read(request.META.get("REMOTE_ADDR", ""))
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while seen and said and _trusted(seen):
        before = _read(said.pop())
        if before is None:
            break
        seen = before
    return _group(seen) if seen else None


def _read(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def _trusted(address: Address) -> bool:
    return any(address in network for network in _networks(tuple(settings.TRUSTED_PROXIES)))


@lru_cache(maxsize=8)
def _networks(texts: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(text) for text in texts)


def _group(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((int(address), CUSTOMER), strict=False).network_address)
