"""Values on their way into jsonb and text columns, which refuse what Python allows; and out of jsonb."""

import re
from itertools import accumulate
from typing import Any

import orjson

#: A NUL, as orjson writes it: \u0000 behind an even number of backslashes.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
#: All bytes but brackets; and what a bracket adds to the levels one is inside of.
_NO_BRACKETS = bytes({*range(256)} - {*b"[]{}"})
_STEP = {**dict.fromkeys(b"[{", 1), **dict.fromkeys(b"]}", -1)}

#: Levels of lists and objects in one another that are taken in. What tells of a value puts a few more around
#: it, and what writes JSON here ends at 254.
MAX_DEPTH = 200


class TooDeep(ValueError):
    """Lists and objects in one another, more than MAX_DEPTH levels of them."""

    def __init__(self) -> None:
        super().__init__(f"it is nested deeper than {MAX_DEPTH} levels")


def dump(value: Any) -> str:
    """Any plain value as JSON text that jsonb takes.

    UUIDs, datetimes, dates and dataclasses become strings and objects. Raises TypeError for what has no JSON
    form, ValueError for a NUL character, TooDeep.
    """
    try:
        text = orjson.dumps(value)
    except TypeError as error:
        if "ecursion" in str(error):  # deeper than 254, or inside of itself
            raise TooDeep from None
        raise
    if is_deep(text):
        raise TooDeep
    if b"\\u0000" in text and _NUL.search(text):
        raise ValueError("a NUL character cannot be stored")
    return text.decode()


def is_deep(text: bytes, most: int = MAX_DEPTH) -> bool:
    """Whether this JSON is nested deeper than so many levels. Most has not even brackets enough to be."""
    return text.count(b"[") + text.count(b"{") > most and depth(text) > most


def depth(text: bytes) -> int:
    """Levels of lists and objects in one another in this JSON: 0 for a number, 2 for ``[[1]]``."""
    if b"\\" in text:
        text = text.replace(b"\\\\", b"").replace(b'\\"', b"")
    outside = b"".join(text.split(b'"')[::2])  # what stands in quotes are names and texts
    return max(accumulate(map(_STEP.__getitem__, outside.translate(None, _NO_BRACKETS))), default=0)


class Unreadable:
    """JSON out of the database that cannot be read here: nested very deep, or with a number past a double.

    Nothing such is taken in (see ``dump``); but what jsonb takes may have been put there by SQL, or long ago.
    """

    def __str__(self) -> str:
        return "it is nested too deep, or has a number too large, to be read"


def load(text: str) -> Any:
    """The value of JSON out of the database, or Unreadable."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return Unreadable()


def words(text: str, limit: int = 20_000) -> str:
    """Text that a column takes: no NUL, no lone surrogate, at most limit characters."""
    clean = text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
