"""JSON as it comes in, at every door: read strictly, a name twice in one object refused."""

import json
import re
from typing import Any

import orjson
from django.utils.translation import gettext as _

from jobs.encode import MAX_DEPTH, is_deep

#: What ends a field's name; also found inside a text, after a backslash.
_NAME_ENDS = re.compile(rb'"\s*:')


class NotJson(ValueError):
    """What came cannot be read; the message says why: "it is not JSON at …"."""


class Twice(NotJson):
    """An object names a field twice. Which of the two counts is anybody's guess, so neither does."""

    def __init__(self, name: str) -> None:
        super().__init__(_("the field %(name)s is there twice") % {"name": repr(name[:100])})
        self.name = name


def loads(text: bytes) -> Any:
    """The value of this JSON. Raises NotJson.

    No NaN, no number past a double, no half of a character, at most MAX_DEPTH levels, no name twice.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NotJson(_why(error)) from error
    if is_deep(text):
        raise NotJson(_too_deep())
    # orjson keeps the last of two fields with one name and does not say so. Their number does; the slow
    # reader that hears every name comes only where there may be one too many.
    if len(_NAME_ENDS.findall(text)) != _fields(value):
        json.loads(text, object_pairs_hook=_once)
    return value


def _why(error: orjson.JSONDecodeError) -> str:
    place = {"place": error.pos + 1}
    if error.msg.startswith("number is infinity"):
        return _("the number at character %(place)d is too large") % place
    if error.msg.startswith("depth limit"):
        return _too_deep()
    return _("it is not JSON at character %(place)d") % place


def _too_deep() -> str:
    return _("it is nested deeper than %(levels)d levels") % {"levels": MAX_DEPTH}


def _fields(value: Any) -> int:
    """Fields of all objects in it."""
    count, left = 0, [value]
    while left:
        inner = left.pop()
        kind = type(inner)
        if kind is dict:
            count += len(inner)
            left += inner.values()
        elif kind is list:
            left += inner
    return count


def _once(pairs: list[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for name, _value in pairs:
        if name in seen:
            raise Twice(name)
        seen.add(name)
