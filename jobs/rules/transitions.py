"""The legal moves of a job. Pure."""

HOT = frozenset({"scheduled", "waiting", "ready", "running"})
FINAL = frozenset({"succeeded", "failed", "cancelled"})

#: From a state to the states it may be followed by. A final state may only be retried, with the same id.
MOVES: dict[str, frozenset[str]] = {
    "scheduled": frozenset({"ready", "cancelled"}),
    "waiting": frozenset({"scheduled", "ready", "running", "cancelled"}),
    "ready": frozenset({"running", "cancelled"}),
    "running": frozenset({"ready", "waiting", "scheduled", "succeeded", "failed", "cancelled"}),
    "succeeded": frozenset({"ready"}),
    "failed": frozenset({"ready"}),
    "cancelled": frozenset({"ready"}),
}


def legal(before: str, after: str) -> bool:
    """Whether a job may move from one state to the other. Raises KeyError for a state that does not exist."""
    if after not in MOVES:
        raise KeyError(after)
    return after in MOVES[before]
