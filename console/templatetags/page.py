"""Tags that write a value and how the browser is to renew it, in one element.

An element with ``data-field`` shows that field of its row; ``data-as`` says how (see static/js/fields.js).
Rendered without a row, the same tags make the empty row the browser clones.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal

import orjson
from django import template
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from console import reasons
from console.amounts import amount_words
from console.documents import indented, unparsed
from console.looks import look
from console.roles import administers
from console.spans import span_words
from console.words import OF_ADMINISTRATION, WORDS, word
from orders.rules import money

register = template.Library()

Row = dict[str, Any] | None


def grouped(number: float) -> str:
    """A whole number as the browser writes it: a mark between thousands."""
    return f"{number:,}"


def up_to(number: int, most: float) -> str:
    """A count; past ``most`` it only says that there are more."""
    return f"{grouped(int(most))}+" if number > most else grouped(number)


#: How a sentence's places are written, where not as they are.
PLACES: dict[str, Callable[[Any], str]] = {"n": grouped, "m": grouped, "ms": span_words}
#: Characters of a JSON value that a page shows: a first page is small.
DOCUMENT = 16_384


def value_of(row: Row, field: str) -> Any:
    return row.get(field) if row else None


@register.simple_tag
def text(row: Row, field: str) -> SafeString:
    value = value_of(row, field)
    return format_html(
        '<span data-field="{}" data-as="text">{}</span>', field, "" if value is None else value
    )


@register.simple_tag
def said(row: Row, field: str) -> SafeString:
    """A reason, in the reader's language where it is one of ours; the browser gets it as it is kept."""
    value = value_of(row, field) or ""
    return format_html(
        '<span data-field="{}" data-as="said" data-value="{}">{}</span>', field, value, reasons.said(value)
    )


@register.simple_tag
def count(row: Row, field: str, most: int | Literal[""] = "") -> SafeString:
    """A whole number; past ``most`` it only says that there are more."""
    if not most:
        return _number(row, field, "count", grouped)
    value = value_of(row, field)
    shown = "" if value is None else up_to(value, most)
    return format_html(
        '<span data-field="{}" data-as="count" data-most="{}" data-value="{}" class="num">{}</span>',
        field,
        most,
        "" if value is None else value,
        shown,
    )


@register.simple_tag
def amount(row: Row, field: str, currency: str = "") -> SafeString:
    """Minor units of the row's own currency, or of ``currency`` where its rows name none."""
    value, unit = value_of(row, field), currency or (value_of(row, "currency") or "")
    shown = "" if value is None else amount_words(value, unit)
    return format_html(
        '<span data-field="{}" data-as="money" data-currency="{}" data-value="{}" data-unit="{}" '
        'class="num money">{}</span>',
        field,
        currency,
        "" if value is None else value,
        unit,
        shown,
    )


@register.simple_tag
def money_words(minor: int, unit: str) -> str:
    """An amount as plain text, where no element can stand."""
    return amount_words(minor, unit)


@register.simple_tag
def instant(row: Row, field: str) -> SafeString:
    """A ``<time>``; in UTC until the browser puts it into its reader's time zone."""
    value = value_of(row, field)
    iso = value.isoformat() if isinstance(value, datetime) else (value or "")
    shown = f"{value:%Y-%m-%d %H:%M:%S} UTC" if isinstance(value, datetime) else iso
    return format_html('<time data-field="{}" data-as="time" datetime="{}">{}</time>', field, iso, shown)


@register.simple_tag
def age(row: Row, field: str) -> SafeString:
    """How long ago that was; the browser counts on."""
    value = value_of(row, field)
    if not isinstance(value, datetime):
        return format_html('<time data-field="{}" data-as="age" datetime=""></time>', field)
    shown = span_words(max((timezone.now() - value).total_seconds() * 1000, 0))
    return format_html(
        '<time data-field="{}" data-as="age" datetime="{}">{}</time>', field, value.isoformat(), shown
    )


@register.simple_tag
def span(row: Row, field: str) -> SafeString:
    """Milliseconds as a length of time."""
    return _number(row, field, "span", span_words)


@register.simple_tag
def seconds(row: Row, field: str) -> SafeString:
    """A length of time that is counted down: in whole seconds where the browser does it."""
    return _number(row, field, "seconds", span_words)


def _number(row: Row, field: str, shown_as: str, words: Callable[[Any], str]) -> SafeString:
    value = value_of(row, field)
    return format_html(
        '<span data-field="{}" data-as="{}" data-value="{}" class="num">{}</span>',
        field,
        shown_as,
        "" if value is None else value,
        "" if value is None else words(value),
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """A shape of icons.svg, in the colour of its text. It says nothing that words beside it do not say."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("icons.svg"), name
    )


@register.simple_tag
def badge(row: Row, of: str, field: str = "state") -> SafeString:
    value = value_of(row, field)
    code = str(value).lower() if isinstance(value, bool) else (value or "")
    tone, shape = look(code)
    return format_html(
        '<span class="badge" data-field="{}" data-as="badge" data-of="{}" data-state="{}" data-tone="{}">'
        "{}<span>{}</span></span>",
        field,
        of,
        code,
        tone,
        icon(shape),
        word(of, code),
    )


@register.simple_tag
def named(row: Row, of: str, field: str) -> SafeString:
    """A code's word, without a badge around it."""
    code = value_of(row, field) or ""
    return format_html(
        '<span data-field="{}" data-as="word" data-of="{}">{}</span>', field, of, word(of, code)
    )


@register.simple_tag
def told(row: Row, of: str, field: str = "code") -> SafeString:
    """A code's sentence with its look; its places are the row's: n is a count, up to ``most``, and m another,
    ms a length of time.
    """
    code = value_of(row, field) or ""
    tone, shape = look(code)
    places = {name: PLACES.get(name, str)(value) for name, value in (row or {}).items() if value is not None}
    if row and "most" in row:
        places["n"] = up_to(row["n"], row["most"])
    return format_html(
        '<span class="told" data-field="{}" data-as="told" data-of="{}" data-tone="{}">'
        "{}<span>{}</span></span>",
        field,
        of,
        tone,
        icon(shape),
        word(of, code).format_map(places),
    )


@register.simple_tag
def link(row: Row, field: str, page: str, by: str = "id", shown_as: str = "text") -> SafeString:
    """The field as a link to ``page``, which is found by the row's field ``by``.

    ``shown_as`` is text, said: a reason in the reader's language, or dotted: a long name whose lines end
    after its dots.
    """
    value, key = value_of(row, field), value_of(row, by)
    href = format_html(' href="{}"', reverse(page, args=[key])) if key is not None else ""
    shown = "" if value is None else value
    if shown_as == "dotted":
        shown = format_html_join(SafeString(".<wbr>"), "{}", ((part,) for part in str(shown).split(".")))
    elif shown_as == "said":
        shown = reasons.said(str(shown))
    return format_html(
        '<a data-field="{}" data-as="{}" data-link="{}"{}>{}</a>',
        field,
        shown_as,
        pattern(page, by=by),
        href,
        shown,
    )


@register.simple_tag
def pattern(page: str, by: str = "", **params: str) -> str:
    """The address of ``page`` as the browser fills it in: by the row's field ``by``, parameters by theirs."""
    path = reverse(page, args=["KEY"]).replace("KEY", "{" + by + "}") if by else reverse(page)
    asked = "&".join(f"{name}={{{field}}}" for name, field in params.items())
    return f"{path}?{asked}" if asked else path


@register.simple_tag
def document(row: Row, field: str, page: str = "") -> SafeString:
    """A JSON value: indented here, a tree to fold and copy in the browser.

    What is too long for a page is cut, with a link to the whole at ``page`` (by id and field); a page that
    watches its row gets the whole with the first frame.
    """
    value = value_of(row, field)
    kept = orjson.dumps(value, default=unparsed).decode()
    shown = indented(kept, DOCUMENT)
    cut = len(shown) > DOCUMENT
    whole = reverse(page, args=[value_of(row, "id"), field]) if page and cut else ""
    return format_html(
        '<div class="tree" data-field="{}" data-as="tree"{}><pre>{}</pre></div>{}',
        field,
        SafeString(" data-cut") if cut else "",
        shown[:DOCUMENT] + " …" if cut else shown,
        format_html('<p><a href="{}" download>{}</a></p>', whole, _whole(len(kept))) if whole else "",
    )


def _whole(size: int) -> str:
    return _("The whole as a file, %(size)s") % {"size": filesizeformat(size)}


@register.simple_tag
def vocabulary() -> SafeString:
    """Every word the browser may need, in the reader's language, with its look."""
    return format_html_join(
        "",
        '<li data-of="{}" data-code="{}" data-tone="{}" data-icon="{}">{}</li>',
        (
            (of, code, *look(code), name)
            for of, codes in WORDS.items()
            if of not in OF_ADMINISTRATION
            for code, name in codes.items()
        ),
    )


@register.simple_tag
def currency_digits() -> str:
    """Decimals of the currencies that do not have two, as JSON."""
    return orjson.dumps({unit: places for unit, places in money.DECIMALS.items() if places != 2}).decode()


@register.simple_tag
def word_for(of: str, code: str) -> str:
    return word(of, code)


@register.simple_tag
def tone_of(code: str) -> str:
    return look(code).tone


@register.simple_tag
def icon_of(code: str) -> SafeString:
    return icon(look(code).icon)


@register.filter
def clock(seconds: float) -> str:
    """A second of the epoch as the time of day, in UTC."""
    return f"{datetime.fromtimestamp(seconds, UTC):%H:%M:%S} UTC"


@register.filter
def figure(value: float | None, unit: str) -> str:
    """A chart's value: a length of time where its unit is ms, else a count; nothing where there is none."""
    if value is None:
        return ""
    return span_words(value) if unit == "ms" else grouped(value)


@register.filter
def sentence(words: str) -> str:
    """What is wrong, as it stands at a field: other doors tell it as a part of a sentence of theirs.

    It must not begin with a code, whose letters are what they are.
    """
    words = str(capfirst(words))
    return words if words.endswith((".", "!", "?", "…", "。", "！", "？")) else _("%s.") % words


@register.filter
def may_administer(user: Any) -> bool:
    """Does the administration let this user in?"""
    return administers(user)


@register.simple_tag
def query(**params: Any) -> str:
    """``?a=1&b=2`` of the parameters that are not empty."""
    data = QueryDict(mutable=True)
    data.update({name: str(value) for name, value in params.items() if value not in (None, "")})
    return f"?{data.urlencode()}" if data else "?"
