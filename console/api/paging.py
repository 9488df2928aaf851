"""Pages by key: ``before`` is the last id of the page that came before."""

from typing import Annotated, Any

from ninja import Query

#: Rows of one page.
Limit = Annotated[int, Query(ge=1, le=200)]
#: What a list is narrowed to. PostgreSQL's texts hold no NUL, and the sender hears that, not the database.
Text = Annotated[str, Query(pattern=r"^[^\x00]*$")]


def page(name: str, rows: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    """A page under its name, out of ``limit + 1`` rows asked for: one more says that there is a next page."""
    shown = rows[:limit]
    return {name: shown, "next": shown[-1]["id"] if len(rows) > limit else None}
