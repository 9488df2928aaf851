"""Values on their way into jsonb and text columns, which refuse what Python allows."""

import re
from typing import Any

import orjson

#: A NUL, as orjson writes it: \u0000 behind an even number of backslashes.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


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
    if may_be_deep(text) and depth(orjson.loads(text)) > MAX_DEPTH:
        raise TooDeep
    if b"\\u0000" in text and _NUL.search(text):
        raise ValueError("a NUL character cannot be stored")
    return text.decode()


def may_be_deep(text: bytes) -> bool:
    """Whether this JSON has brackets enough to be deeper than MAX_DEPTH; most has not."""
    return text.count(b"[") + text.count(b"{") > MAX_DEPTH


def depth(value: Any) -> int:
    """Levels of lists and objects in one another: 0 for a number, 2 for ``[[1]]``."""
    levels, inside = 0, [value]
    while inside := [each for each in inside if type(each) in (dict, list)]:
        levels += 1
        inside = [part for each in inside for part in (each.values() if type(each) is dict else each)]
    return levels


def words(text: str, limit: int = 20_000) -> str:
    """Text that a column takes: no NUL, no lone surrogate, at most limit characters."""
    clean = text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
