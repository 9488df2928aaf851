"""Settings out of environment variables. One that makes no sense is refused in one sentence."""

import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from ipaddress import IPv6Address
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

#: The most that any number of seconds, and any number of connections, makes sense with.
DAY, CONNECTIONS = 86_400.0, 10_000

SWITCH = {
    "1": True,
    "on": True,
    "true": True,
    "yes": True,
    "0": False,
    "off": False,
    "false": False,
    "no": False,
}
ORIGIN = re.compile(
    r"(https?)://(\[[\da-f:.]+\]|\w(?:[\w.-]*\w)?)(?::(\d{1,5}))?/?", re.ASCII | re.IGNORECASE
)
HOST = re.compile(r"\*|\[[\da-f:.]+\]|\.?\w[\w.-]*", re.ASCII | re.IGNORECASE)
OWN_PORT = {"http": "80", "https": "443"}


class SettingProblem(Exception):
    """A setting can't be used. The message is one sentence for a person, without any secret."""


def text(name: str, default: str = "") -> str:
    """As it stands there. Empty is as good as unset, here and below."""
    return os.environ.get(name) or default


def names(name: str, default: str = "") -> list[str]:
    """The names between commas."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def apps(name: str) -> list[str]:
    """Names of Django apps, each to be found from where Python is."""
    given = names(name)
    for each in given:
        if not each.isascii() or find_spec(each.partition(".")[0] or "-") is None:
            raise SettingProblem(
                f"{name} names {each!r}, which cannot be imported: write the name of a folder beside "
                "manage.py, several with commas between them."
            )
    return given


def hosts(name: str, default: str) -> list[str]:
    """Host names and addresses as ALLOWED_HOSTS takes them: without a scheme, a port or a path."""
    given = names(name, default)
    for each in given:
        if not HOST.fullmatch(each):
            raise SettingProblem(
                f"{name} names {each!r}: it must be host names alone, as orders.example,[::1], "
                "without a scheme, a port or a path."
            )
    return given


def switch(name: str) -> bool:
    """Whether it is on; unset it is off."""
    given = text(name, "off")
    if given.lower() not in SWITCH:
        raise SettingProblem(f"{name} is {given!r}: it must be on or off.")
    return SWITCH[given.lower()]


def whole(name: str, default: int, least: int, most: int, ceiling: str = "") -> int:
    """A whole number from ``least`` to ``most``, which is what the setting ``ceiling`` says."""
    return _number(name, default, least, most, int, "a whole number", ceiling)


def number(name: str, default: float, least: float, most: float) -> float:
    """A number from ``least`` to ``most``."""
    return _number(name, default, least, most, float, "a number")


def seconds(name: str, default: float, least: float = 0.1) -> float:
    """A number of seconds from ``least`` to a day."""
    return _number(name, default, least, DAY, float, "a number of seconds")


def rising(**given: float) -> None:
    """Each of these settings must be less than the next."""
    for (name, value), (above, limit) in pairwise(given.items()):
        if value >= limit:
            raise SettingProblem(f"{name} is {value:g}: it must be less than {above}, which is {limit:g}.")


def _number(
    name: str,
    default: Any,
    least: float,
    most: float,
    kind: Callable[[str], Any],
    what: str,
    ceiling: str = "",
) -> Any:
    given = text(name)
    if not given:
        return default
    ceiling = f" ({ceiling})" if ceiling else ""
    with suppress(ValueError):
        if least <= kind(given) <= most:
            return kind(given)
    raise SettingProblem(f"{name} is {given!r}: it must be {what} from {least:g} to {most:g}{ceiling}.")


def origin(name: str, default: str) -> str:
    """An address as browsers name it: scheme, host, and a port that is not the scheme's own."""
    given = text(name, default)
    if (match := ORIGIN.fullmatch(given)) and _may_be(host := match[2].lower(), port := match[3]):
        scheme = match[1].lower()
        return f"{scheme}://{host}" + (f":{port}" if port and port != OWN_PORT[scheme] else "")
    shown = "…@" + given.rpartition("@")[2] if "@" in given else given  # a password may stand there
    raise SettingProblem(
        f"{name} is {shown!r}: it must be a scheme, a host and at most a port, "
        "as https://orders.example or http://127.0.0.1:8000."
    )


def _may_be(host: str, port: str | None) -> bool:
    with suppress(ValueError):
        if host.startswith("["):
            IPv6Address(host.strip("[]"))
        return port is None or 0 < int(port) < 65_536
    return False


def addresses(name: str) -> dict[str, str]:
    """A JSON object: names, and an http or https address for each. Its values may hold secrets."""
    with suppress(ValueError):
        found = json.loads(text(name, "{}"))
        if isinstance(found, dict) and all(map(_is_address, found.values())):
            return found
    raise SettingProblem(
        f"{name} can't be read: it must be a JSON object of names and http or https addresses, "
        'as {"swift": "https://swift.example/quote"}.'
    )


def _is_address(value: object) -> bool:
    """Whether it is one. Raises ValueError for what cannot be taken apart."""
    parts = urlsplit(value) if isinstance(value, str) else None
    return bool(parts and parts.scheme in ("http", "https") and parts.hostname and parts.port != 0)
