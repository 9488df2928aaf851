"""What is wrong with what came in, in our own words: a sentence for each type of error a schema tells."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import GetPydanticSchema
from pydantic_core import PydanticCustomError, core_schema

#: The most problems that are told of one request, and the characters of a field's name that are sent back:
#: what is wrong with a mebibyte must not be told in ten.
MAX_PROBLEMS = 50
MAX_NAME = 100

#: Pydantic's type of an error, or ours, → what is wrong. The limits come with the error.
SENTENCES: Mapping[str, Any] = {
    "missing": gettext_lazy("is missing"),
    "extra_forbidden": gettext_lazy("is not a field of this request"),
    "model_type": gettext_lazy("must be an object"),
    "list_type": gettext_lazy("must be a list"),
    "too_short": gettext_lazy("must not be empty"),
    "too_long": gettext_lazy("must have at most %(max_length)s entries"),
    "string_type": gettext_lazy("must be a text"),
    "string_unicode": gettext_lazy("must not contain half a character"),
    "string_too_short": gettext_lazy("must not be empty"),
    "string_too_long": gettext_lazy("must have at most %(max_length)s characters"),
    "enum": gettext_lazy("must be one of %(choices)s"),
    "literal_error": gettext_lazy("must be one of %(choices)s"),
    "uuid_type": gettext_lazy("must be a UUID"),
    "uuid_parsing": gettext_lazy("must be a UUID"),
    "whole_number": gettext_lazy("must be a whole number from %(least)s to %(most)s"),
    "nul_character": gettext_lazy("must not contain a NUL character"),
    "currency": gettext_lazy("is not the code of a currency"),
    "too_many_fields": gettext_lazy("has more than %(most)s fields"),
}


def problem(kind: str, **limits: Any) -> PydanticCustomError:
    """An error of a type of ours, for a validator to raise."""
    return PydanticCustomError(kind, kind, limits)  # the words are SENTENCES'


def whole_number(least: int, most: int) -> GetPydanticSchema:
    """Says of whatever is no whole number in these limits that it must be one.

    A number too large for JSON's readers comes as a fraction; to hear that it is none would be no help.
    """
    limits = {"least": least, "most": most}
    return GetPydanticSchema(
        lambda source, handler: core_schema.custom_error_schema(
            handler(source),
            custom_error_type="whole_number",
            custom_error_message="whole_number",
            custom_error_context=limits,
        )
    )


def told(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Pydantic's errors by field: ``[{"field": "lines[2].sku", "message": …}]``, MAX_PROBLEMS at most."""
    return [
        {"field": field_name(error["loc"]), "message": words(error)}
        for _place, error in zip(range(MAX_PROBLEMS), errors, strict=False)
    ]


def words(error: Mapping[str, Any]) -> str:
    """One of pydantic's errors in the reader's language."""
    limits = dict(error.get("ctx", {}))
    if "expected" in limits:  # 'a', 'b' or 'c'
        limits["choices"] = ", ".join(re.findall("'([^']*)'", limits["expected"]))
    return str(SENTENCES.get(error["type"], _("cannot be used"))) % limits


def field_name(location: Iterable[int | str]) -> str:
    """``("lines", 2, "sku")`` → ``"lines[2].sku"``. A name the sender made up is cut at MAX_NAME."""
    name = ""
    for part in location:
        name += f"[{part}]" if isinstance(part, int) else f".{part[:MAX_NAME]}" if name else part[:MAX_NAME]
    return name
