"""Pages by key: ``before`` is the last id of the page that came before."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from pydantic import Field

from console.api.problems import invalid
from orders.wrong import MAX_PROBLEMS, field_name, whole_number

#: The most rows of one page, and how many are asked for.
MOST = 200
Limit = Annotated[int, Field(ge=1, le=MOST), whole_number(1, MOST)]


def asked(request: HttpRequest, *names: str) -> None:
    """Raises Problem (422) where something else is asked than by these names, or by one of them twice.

    A filter misspelled and passed over would give everything; which of two counts would be anybody's guess.
    """
    errors = []
    for name, values in request.GET.lists():
        if name not in names:
            words = _("is not a parameter of this address; those are %(names)s") % {"names": ", ".join(names)}
        elif len(values) > 1:
            words = _("this parameter is there twice")
        else:
            continue
        errors.append({"field": field_name([name]), "message": words})
    if errors:
        raise invalid(errors[:MAX_PROBLEMS])


def page(name: str, rows: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    """A page under its name, out of ``limit + 1`` rows asked for: one more says that there is a next page."""
    shown = rows[:limit]
    return {name: shown, "next": shown[-1]["id"] if len(rows) > limit else None}
