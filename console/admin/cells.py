"""What a table or a page shows of one row: functions of the row that bring their label."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from console.words import word
from orders.rules import money

Cell = Callable[[Any], Any]
NOTHING = "–"


def cell(field: str, label: Any, show: Callable[[Any, Any], Any]) -> Cell:
    """A field of the row, shown by ``show(row, value)``; a dash where there is none."""

    @admin.display(description=label)
    def shown(row: Any) -> Any:
        value = getattr(row, field)
        return NOTHING if value is None or value == "" else show(row, value)

    # Not the field's own name: by that Django finds its help text, which is about what is stored.
    shown.__name__ = f"shown_{field}"
    return shown


def text(field: str, label: Any) -> Cell:
    return cell(field, label, lambda _row, value: str(value))


def instant(field: str, label: Any) -> Cell:
    """A time to the second, in UTC as everywhere in the tables."""
    return cell(field, label, lambda _row, at: in_utc(at))


def in_utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def flag(field: str, label: Any) -> Cell:
    """Yes or no, as Django's admin draws it."""

    @admin.display(description=label, boolean=True)
    def shown(row: Any) -> bool:
        return bool(getattr(row, field))

    shown.__name__ = f"shown_{field}"
    return shown


def amount(field: str, label: Any) -> Cell:
    """Minor units of the row's own currency; as they are where it names none."""
    return cell(field, label, lambda row, units: in_words(units, getattr(row, "currency", "")))


def in_words(units: int, currency: str | None) -> str:
    return money.words(units, currency) if currency in money.DECIMALS else str(units)


def state(field: str, label: Any, of: str) -> Cell:
    """A code's word (see console/words.py)."""
    return cell(field, label, lambda _row, code: word(of, code))


def document(field: str, label: Any) -> Cell:
    """A JSON value, indented."""

    def show(_row: Any, value: Any) -> SafeString:
        shown = orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode()
        return format_html("<pre>{}</pre>", shown)

    return cell(field, label, show)


def traceback(field: str, label: Any) -> Cell:
    return cell(field, label, lambda _row, value: format_html("<pre>{}</pre>", value))


def digest(field: str, label: Any) -> Cell:
    """Bytes, in hexadecimal."""
    return cell(field, label, lambda _row, value: bytes(value).hex() or NOTHING)


def link(field: str, label: Any, model: type[Model]) -> Cell:
    """The key of another row that no foreign key of the ORM's leads to, as a link to its page."""
    return cell(field, label, lambda _row, key: format_html('<a href="{}">{}</a>', page_of(model, key), key))


def page_of(model: type[Model], key: Any) -> str:
    """The address of a row's page."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[quote(key)])


class Near(NamedTuple):
    """A list that tells more about a row: those of ``model`` whose ``lookup`` is the row's value."""

    label: Any
    model: type[Model]
    lookup: str
    value: Callable[[Any], Any]


def near(label: Any, lists: Iterable[Near], page: Callable[[Any], tuple[str, Any]] | None = None) -> Cell:
    """Links to lists about the row, and to its page of the console."""

    @admin.display(description=label)
    def shown(row: Any) -> SafeString:
        links = [(list_of(one.model, one.lookup, one.value(row)), one.label) for one in lists]
        return format_html_join(" · ", '<a href="{}">{}</a>', [page(row), *links] if page else links)

    shown.__name__ = "near"
    return shown


def list_of(model: type[Model], lookup: str, value: Any) -> str:
    """The address of the rows whose ``lookup`` is ``value``."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{address}?{urlencode({lookup: value})}"
