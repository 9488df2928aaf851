"""System checks: a configuration that would give secrets away is refused, or warned of in words."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.utils.translation import gettext as _

from console.transport import is_loopback


@register(Tags.security)
def secrets_stay_secret(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [*_public_url(), *_proxies()]


def _public_url() -> Iterator[CheckMessage]:
    address = urlsplit(settings.PUBLIC_URL)
    if is_loopback(address.hostname or ""):
        return
    if settings.DEBUG:
        yield Error(
            _("DEBUG is on, and PUBLIC_URL is %(url)s: error pages would show strangers how this works")
            % {"url": settings.PUBLIC_URL},
            hint=_("Unset DEBUG, or set PUBLIC_URL to an address of this machine alone."),
            id="console.E002",
        )
    if address.scheme == "http":
        yield Warning(
            _("PUBLIC_URL is %(url)s: passwords, sessions and tokens cross the network readable by anybody")
            % {"url": settings.PUBLIC_URL},
            hint=_("Put a proxy in front that ends TLS, and set PUBLIC_URL to its https address."),
            id="console.W001",
        )


def _proxies() -> Iterator[CheckMessage]:
    for text in settings.TRUSTED_PROXIES:
        try:
            ip_network(text)
        except ValueError:
            yield Error(
                _("TRUSTED_PROXIES has %(text)r, which is neither an address nor a network") % {"text": text},
                hint=_("Write it as 10.0.0.5 or 10.0.0.0/24, several with commas between them."),
                id="console.E003",
            )
