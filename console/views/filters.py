"""The filters of a list as people see them: fields to fill in, and a chip for each that is on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from console.views.access import PageRequest
from console.views.finding import Found
from console.views.paging import Asked

#: Characters of what is said on the next page: it travels in a cookie, and browsers drop one over 4 KiB.
MOST_SAID = 200


@dataclass(frozen=True)
class Field:
    """One filter. ``kind`` is text, date, check or choice; a choice has ``options``, each (value, word)."""

    name: str
    label: str
    kind: str
    value: str
    options: Sequence[tuple[str, str]] = ()


class Chip(NamedTuple):
    """A filter that is on, and the address of the list without it."""

    label: str
    value: str
    href: str


def chips(asked: Asked, fields: Iterable[Field], said: Mapping[str, str] | None = None) -> list[Chip]:
    """A chip for each of these that is on; ``said`` has words for values that need them."""
    words = said or {}
    return [
        Chip(field.label, words.get(field.name) or _shown(field), asked.address(**{field.name: None}))
        for field in fields
        if field.name in asked.params
    ]


def _shown(field: Field) -> str:
    return dict(field.options).get(field.value, "" if field.kind == "check" else field.value)


def lead(request: PageRequest, found: Found) -> HttpResponse:
    """Go where the search leads, and say there what it did."""
    if found.said:
        messages.info(request, Truncator(found.said).chars(MOST_SAID))
    return redirect(found.href)


def say_dropped(request: PageRequest, asked: Asked, names: Mapping[str, str]) -> None:
    """Say what is left out of what was asked."""
    for name in asked.dropped:
        if name == "sort":
            messages.warning(request, _("Beside these filters the list has one order only, by time."))
        else:
            said = _("“%(filter)s” is left out: it cannot be combined with the other filter.")
            messages.warning(request, said % {"filter": names[name]})
