"""The way of one order through its states, with the time it spent in each."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from jobs.rules.way import Stage

#: The way every good order takes; the other states leave it.
GOOD = ("received", "secured", "fulfilling", "fulfilled")


def way(state: str, events: Iterable[Mapping[str, Any]]) -> list[Stage]:
    """The stages of an order in ``state`` whose timeline is ``events`` (``state`` and ``at``), oldest first.

    A state off the good way is shown after it, and only while the order is in it. One that was passed
    over is ``skipped``.
    """
    entered: dict[str, datetime] = {}
    for event in events:
        entered.setdefault(event["state"], event["at"])
    path = [*GOOD, state] if state not in GOOD else [*GOOD]
    moments = sorted(entered.values())
    here = path.index(state)
    stages = []
    for place, each in enumerate(path):
        since = entered.get(each)
        if each == state:
            at = "here"
        elif since is not None:
            at = "done"
        else:
            at = "skipped" if place < here or state not in GOOD else "ahead"
        left = next((moment for moment in moments if since is not None and moment > since), None)
        ms = (left - since).total_seconds() * 1000 if at == "done" and since and left else None
        stages.append(Stage(each, at, since, ms))
    return stages
