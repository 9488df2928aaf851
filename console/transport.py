"""What follows from whether people come by https: for the settings, and for the demo that overrules them."""

from ipaddress import ip_address


def cookie_names(https: bool) -> tuple[str, str]:
    """The names of the session's and the form's cookie.

    Browsers take a ``__Host-`` cookie from this very host alone, over https: no sibling domain can set one.
    """
    prefix = "__Host-" if https else ""
    return f"{prefix}sessionid", f"{prefix}csrftoken"


def is_loopback(host: str) -> bool:
    """Whether what is sent to this host stays on this machine."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
