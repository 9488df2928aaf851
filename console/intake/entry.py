"""One line as an order on its way in, or what is wrong with it."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from console import json_in
from console.intake.keys import KeyFrom, Keys
from console.intake.lines import MAX_LINE, Line
from orders.pricing import Problem
from orders.schema import OrderIn, problems
from orders.submit import KEY, Submission


@dataclass(frozen=True, slots=True)
class Entry:
    """A line's order under its key; None, and why, where the line is none."""

    line: int
    submission: Submission | None = None
    key_from: KeyFrom | None = None
    errors: list[Problem] = field(default_factory=list)
    #: What was read of a line that is no order; None where it cannot be read.
    raw: Any = None


class _Wrong(Exception):
    def __init__(self, *errors: Problem, raw: Any = None) -> None:
        self.errors, self.raw = list(errors), raw


def entry_of(line: Line, keys: Keys) -> Entry:
    """The order of this line. One without a key of its own gets one of ``keys``."""
    try:
        key, order = _read(line.text)
    except _Wrong as wrong:
        return Entry(line.number, errors=wrong.errors, raw=wrong.raw)
    if key:
        return Entry(line.number, Submission(order, key), "key")
    key, key_from = keys.key_of(order)
    return Entry(line.number, Submission(order, key), key_from)


def _read(text: bytes | None) -> tuple[str | None, OrderIn]:
    if text is None:
        raise _Wrong(
            Problem(field="", message=_("the line is longer than %(bytes)d bytes") % {"bytes": MAX_LINE})
        )
    try:
        value = json_in.loads(text)
    except json_in.Twice as twice:
        raise _Wrong(Problem(field=twice.name[:100], message=_("this field is there twice"))) from None
    except json_in.NotJson as why:
        words = _("the line cannot be read: %(why)s") % {"why": why}
        raise _Wrong(Problem(field="", message=words)) from None
    if not isinstance(value, dict):
        raise _Wrong(Problem(field="", message=_("the line is not a JSON object")))
    errors: list[Problem] = []
    key = value.pop("key", None)
    if key is not None and not (isinstance(key, str) and KEY.fullmatch(key)):
        errors.append(Problem(field="key", message=_("must be 1 to 255 visible ASCII characters")))
    try:
        order = OrderIn.model_validate(value)
    except ValidationError as error:
        found = [Problem(field=one["field"], message=one["message"]) for one in problems(error)]
        raise _Wrong(*errors, *found, raw=value) from None
    if errors:
        raise _Wrong(*errors, raw=value)
    return key, order
