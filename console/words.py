"""The words for what the tables keep as codes. Pages render them, the browser picks from what they did."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from jobs.models import FinalState, HotState
from orders.models import OrderState

#: What is named → code → word.
WORDS: Mapping[str, Mapping[str, object]] = {
    "order": dict(OrderState.choices),
    "event": dict(OrderState.choices) | {"step": _("step")},
    "job": dict(HotState.choices) | dict(FinalState.choices),
    "quote": {
        "asked": _("asked"),
        "won": _("won"),
        "cancelled": _("cancelled"),
        "failed": _("failed"),
    },
    "transfer": {
        "pending": _("held"),
        "posted": _("posted"),
        "voided": _("voided"),
        "expired": _("expired"),
    },
    "reservation": {
        "active": _("reserved"),
        "consumed": _("handed out"),
        "released": _("given back"),
    },
    "role": {"viewer": _("viewer"), "operator": _("operator"), "admin": _("admin")},
    "worker": {"true": _("at work"), "false": _("gone")},
    "outcome": {
        "failed": _("failed"),
        "timeout": _("timed out"),
        "lost": _("lost with its worker"),
        "released": _("handed back"),
    },
    "say": {
        # Sentences of the browser's own; {n} and {m} are filled in there.
        "ms": _("{n} ms"),
        "s": _("{n} s"),
        "min": _("{n} min {m} s"),
        "h": _("{n} h {m} min"),
        "d": _("{n} d {m} h"),
        "copied": _("Copied."),
        "not-copied": _("The browser does not let this page copy: select the text instead."),
        "connecting": _("connecting"),
        "live": _("live"),
        "behind": _("{n} s behind"),
        "paused": _("paused"),
        "reconnecting": _("reconnecting in {n} s"),
        "signed-out": _("signed out"),
        "signed-out-logged_out": _("signed out: you signed out elsewhere"),
        "signed-out-session_ended": _("signed out: your session has ended"),
        "signed-out-password_changed": _("signed out: your password was changed"),
        "signed-out-disabled": _("signed out: your account was disabled"),
        "paused-waiting": _("paused, {n} waiting"),
        "fresh": _("{n} new — show"),
        "changed": _("The list has changed — show"),
        "pause": _("Pause"),
        "continue": _("Continue"),
    },
    "ledger": {
        "": _("The ledger has not been checked yet."),
        "true": _("The ledger adds up."),
        "false": _("The ledger does not add up."),
    },
    "door": {
        "form": _("form"),
        "api": _("HTTP API"),
        "socket": _("WebSocket"),
        "file": _("file"),
        "command": _("command"),
    },
}


def word(of: str, code: str) -> str:
    """The word for a code, in the reader's language; the code itself where there is none."""
    return str(WORDS.get(of, {}).get(code, code))
