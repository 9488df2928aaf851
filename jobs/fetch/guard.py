"""What a fetch may reach, checked twice: the URL before anything, the address where the socket is made.

The socket is the place that counts. A name is resolved anew for each connection, and an address in a URL
never meets a resolver at all; both end in a socket. A name with one refused address among its public ones
is refused whole, because which of them would be tried is the name's owner's choice.
"""

import socket
from dataclasses import dataclass
from typing import Any

from aiohttp import ThreadedResolver
from aiohttp.abc import ResolveResult
from django.conf import settings
from yarl import URL

from jobs.fetch.errors import FetchError
from jobs.rules import addresses

SCHEMES = frozenset({"http", "https"})


class AddressRefused(OSError):
    """An address that must not be reached. An OSError, because connectors expect those of a socket."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be called; let_in: the settings name its host, whatever its address."""

    url: URL
    let_in: bool

    @property
    def place(self) -> str:
        """host:port, for messages and for the host's pace."""
        return f"{self.url.raw_host}:{self.url.port}"


def check(url: str) -> Target:
    """The target of a URL. Raises FetchError (refused) with the reason in words."""
    try:
        parsed = URL(url)
        host, port = parsed.raw_host, parsed.port
    except ValueError:
        raise FetchError("refused", "not a URL") from None
    if parsed.scheme not in SCHEMES or not host or port is None:
        raise FetchError("refused", "only http:// and https:// URLs with a host are fetched")
    if parsed.raw_user is not None or parsed.raw_password is not None:
        raise FetchError("refused", "a URL with a user or a password in it is not fetched")
    let_in = addresses.let_in(host, port, settings.FETCH_ALLOW)
    if not let_in and port not in addresses.PUBLIC_PORTS:
        raise FetchError("refused", f"port {port} of {host} is not open: name it in FETCH_ALLOW")
    return Target(parsed, let_in)


def public_socket(info: tuple[Any, ...]) -> socket.socket:
    """A socket for this address, as ``TCPConnector(socket_factory=…)`` asks for one.

    Raises AddressRefused for an address that is not public.
    """
    family, kind, protocol, _, address = info
    if why := addresses.why_not(address[0]):
        raise AddressRefused(f"{address[0]} is not public: {why}")
    return socket.socket(family=family, type=kind, proto=protocol)


class PublicResolver(ThreadedResolver):
    """The system's resolver; a name of which any address is not public has none."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        try:
            found = await super().resolve(host, port, family)
        except UnicodeError as error:  # a label too long for DNS, say
            raise OSError(f"{host[:80]} is not a host name") from error
        for result in found:
            if why := addresses.why_not(result["host"]):
                raise AddressRefused(f"{host} leads to {result['host']}, which is not public: {why}")
        return found
