"""Tags of lists: addresses that keep what is asked, headings that sort."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.templatetags.page import icon

register = template.Library()


@register.simple_tag(takes_context=True)
def address(context: Any, **changes: Any) -> str:
    """The list's address with these parameters otherwise, from its beginning on."""
    return str(context["asked"].address(**{name: value or None for name, value in changes.items()}))


@register.simple_tag(takes_context=True)
def heading(context: Any, words: str, code: str, end: bool = False, title: str = "") -> SafeString:
    """A column's heading: a link that sorts by it, where that can be."""
    place, hint = " end" if end else "", format_html(' title="{}"', title) if title else ""
    found = context["asked"].heading(code)
    if found is None:
        return format_html('<th role="columnheader" class="sorts{}">{}</th>', place, words)
    way, href = found
    sorted_ = format_html(' aria-sort="{}"', way) if way else ""
    arrow = icon("down" if way == "descending" else "up") if way else ""
    return format_html(
        '<th role="columnheader" class="sorts{}"{}><a href="{}"{}>{} {}</a></th>',
        place,
        sorted_,
        href,
        hint,
        words,
        arrow,
    )
