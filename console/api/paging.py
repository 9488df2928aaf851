"""Pages by key: ``before`` is the last id of the page that came before."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query

from console.api.problems import Problem
from orders.schema import MAX_NAME, MAX_PROBLEMS

#: Rows of one page.
Limit = Annotated[int, Query(ge=1, le=200)]
#: What a list is narrowed to. PostgreSQL's texts hold no NUL, and the sender hears that, not the database.
Text = Annotated[str, Query(pattern=r"^[^\x00]*$")]


def each_once(request: HttpRequest) -> None:
    """Raises Problem (422) where a parameter is there twice: which one counts would be anybody's guess."""
    words = _("this parameter is there twice")
    twice = [name[:MAX_NAME] for name, values in request.GET.lists() if len(values) > 1]
    if twice:
        errors = [{"field": name, "message": words} for name in twice[:MAX_PROBLEMS]]
        raise Problem(422, "invalid", words, errors=errors)


def page(name: str, rows: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    """A page under its name, out of ``limit + 1`` rows asked for: one more says that there is a next page."""
    shown = rows[:limit]
    return {name: shown, "next": shown[-1]["id"] if len(rows) > limit else None}
