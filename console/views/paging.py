"""Pages of rows by keyset: newest first, from ``before`` downwards."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest

PAGE = 50


def uuid_or_404(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise Http404 from None


def param(request: HttpRequest, name: str) -> str | None:
    """A parameter of the address, None where it is empty. What no text column can hold finds nothing."""
    value = request.GET.get(name) or None
    if value and "\x00" in value:
        raise Http404
    return value


def before(request: HttpRequest) -> UUID | None:
    """The id the page starts under; None on the newest page."""
    value = param(request, "before")
    return uuid_or_404(value) if value else None


def older(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], str | None]:
    """The rows of the page, and the cursor of the next one; read one row more than ``PAGE`` for it."""
    shown = rows[:PAGE]
    return shown, shown[-1]["id"] if len(rows) > PAGE else None
