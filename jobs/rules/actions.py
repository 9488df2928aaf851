"""What a person may do with a job, and why not. Pure."""

from collections.abc import Mapping

#: Why not, by the job's state; a state that is not named allows it. console/words.py has the words.
_NOT_CANCELLED: Mapping[str, str] = {
    "running": "running",
    "succeeded": "over",
    "failed": "over",
    "cancelled": "cancelled",
}
#: A job that succeeded did what it was for: its effects would happen a second time.
_NOT_RETRIED: Mapping[str, str] = {
    "scheduled": "to-come",
    "waiting": "to-come",
    "ready": "to-come",
    "running": "still-running",
    "succeeded": "done",
}


def actions(state: str) -> dict[str, str]:
    """Action → "" where it may be done now, else the code of why not."""
    return {"retry": _NOT_RETRIED.get(state, ""), "cancel": _NOT_CANCELLED.get(state, "")}
