"""What a request says its body is, where Django can make sense of it."""

import re
from collections.abc import Mapping
from typing import Any

#: A media type with plain parameters: no continuations and no encodings of RFC 2231.
PLAIN = re.compile(rb"[\w.+*-]+/[\w.+*-]+(?:\s*;\s*[\w.+-]+=(?:[^\s;\"]*|\"[^\"\\]*\"))*\s*;?\s*")
CHARSET = re.compile(rb"""charset=["']?([^\s;"']*)""", re.IGNORECASE)
UTF_8 = (b"utf-8", b"utf8")


def readable(scope: Mapping[str, Any]) -> dict[str, Any]:
    """The scope without a Content-Type that Django fails on: it looks the charset up among all of Python's
    codecs, base64 and punycode with them, and reads addresses and forms with it. We read UTF-8 alone.

    Without its type a body is neither a form nor JSON, which is what its sender is told.
    """
    headers = [pair for pair in scope["headers"] if pair[0] != b"content-type" or _is_readable(pair[1])]
    return {**scope, "headers": headers}


def _is_readable(value: bytes) -> bool:
    charsets = CHARSET.findall(value)
    return PLAIN.fullmatch(value) is not None and all(name.lower() in UTF_8 for name in charsets)
