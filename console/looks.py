"""How a state looks: a tone and a shape, so that nobody has to tell colours apart. Pure."""

from collections.abc import Mapping
from typing import NamedTuple


class Look(NamedTuple):
    """tone is a colour of app.css: good, bad, busy, wait or idle; icon is a shape of icons.svg."""

    tone: str
    icon: str


PLAIN = Look("idle", "dot")

#: A code looks the same wherever it stands: an order that failed like a job that failed.
LOOKS: Mapping[str, Look] = {
    "received": Look("idle", "inbox"),
    "secured": Look("busy", "lock"),
    "fulfilling": Look("busy", "play"),
    "fulfilled": Look("good", "check"),
    "rejected": Look("bad", "ban"),
    "expired": Look("wait", "hourglass"),
    "cancelled": Look("idle", "stop"),
    "failed": Look("bad", "cross"),
    "scheduled": Look("wait", "clock"),
    "waiting": Look("wait", "pause"),
    "ready": Look("idle", "dots"),
    "running": Look("busy", "play"),
    "succeeded": Look("good", "check"),
    "asked": Look("busy", "play"),
    "won": Look("good", "check"),
    "pending": Look("wait", "lock"),
    "posted": Look("good", "check"),
    "voided": Look("idle", "undo"),
    "timeout": Look("bad", "hourglass"),
    "lost": Look("bad", "alert"),
    "cut": Look("wait", "pause"),
    "tried": Look("wait", "retry"),
    "released": Look("wait", "undo"),
    "retried": Look("busy", "retry"),
    "step": Look("idle", "dots"),
    "well": Look("good", "check"),
    "look": Look("wait", "alert"),
    "wrong": Look("bad", "alert"),
    "stale": Look("wait", "clock"),
    "ledger": Look("bad", "cross"),
    "no-workers": Look("bad", "stop"),
    "no-worker": Look("bad", "stop"),
    "no-answer": Look("bad", "hourglass"),
    "late": Look("wait", "hourglass"),
    "attention": Look("wait", "person"),
    "failed-jobs": Look("bad", "cross"),
    "errors": Look("wait", "alert"),
    "staged": Look("idle", "info"),
    "lag": Look("wait", "clock"),
    "silent": Look("wait", "pause"),
    "away": Look("bad", "cross"),
    "soon": Look("wait", "hourglass"),
    "broken": Look("bad", "alert"),
    "recovering": Look("busy", "retry"),
    "healed": Look("good", "check"),
    "true": Look("good", "check"),
    "false": Look("idle", "stop"),
}


def look(code: str) -> Look:
    """The look of a code; a plain dot where it has none of its own."""
    return LOOKS.get(code, PLAIN)
