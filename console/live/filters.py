"""Filters of a list: equality on a few fields, decided in one place."""

from collections.abc import Mapping
from typing import Any

from console.live.topics import Topic

#: What a list may be narrowed to, field by field of its rows.
FIELDS = {
    "orders": frozenset({"state", "customer", "door", "attention"}),
    "jobs": frozenset({"state", "queue", "task", "subject"}),
}

#: The one value of ``attention``: any words that call for a person.
ANY = "1"

#: Characters of a value at most.
LONGEST = 200

#: Sorted (field, value) pairs, all of which must hold; () lets everything through.
Filter = tuple[tuple[str, str], ...]

EVERYTHING: Filter = ()
#: Any filter the hub cannot decide. Whoever watches with it only hears that the list changed.
OTHER: Filter = (("*", "*"),)

#: An order as those are told of it who may not see jobs.
WITHOUT_JOBS: Filter = (("jobs", "none"),)


class BadFilter(Exception):
    """The filter is not an object of short texts, or its topic takes none."""


def parse(topic: Topic, raw: object) -> Filter:
    """A command's filter in its one canonical form. Raises BadFilter."""
    if raw is None or raw == {}:
        return EVERYTHING
    if topic.kind not in FIELDS:
        raise BadFilter(f"{topic} takes no filter")
    if not isinstance(raw, Mapping) or len(raw) > 8:
        raise BadFilter("a filter is an object of at most 8 fields")
    if not all(
        isinstance(value, str) and len(value) <= LONGEST and "\0" not in value for value in raw.values()
    ):
        raise BadFilter(f"a filter's values are texts of at most {LONGEST} characters, none of them NUL")
    if not raw.keys() <= FIELDS[topic.kind] or raw.get("attention", ANY) != ANY:
        return OTHER
    return tuple(sorted(raw.items()))


def matches(filter: Filter, row: Mapping[str, Any]) -> bool:
    """Whether this row belongs to the list."""
    return all(
        bool(row.get(field)) if field == "attention" else row.get(field) == value for field, value in filter
    )
