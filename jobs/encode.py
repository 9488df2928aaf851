"""Values on their way into jsonb and text columns, which refuse what Python allows."""

import re
from typing import Any

import orjson

#: A NUL, as orjson writes it: \u0000 behind an even number of backslashes.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def dump(value: Any) -> str:
    """Any plain value as JSON text that jsonb takes.

    UUIDs, datetimes, dates and dataclasses become strings and objects. Raises TypeError for what has no JSON
    form, ValueError for a NUL character.
    """
    text = orjson.dumps(value)
    if b"\\u0000" in text and _NUL.search(text):
        raise ValueError("a NUL character cannot be stored")
    return text.decode()


def words(text: str, limit: int = 20_000) -> str:
    """Text that a column takes: no NUL, no lone surrogate, at most limit characters."""
    clean = text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
