"""The words for what the tables keep as codes. Pages render them, the browser picks from what they did."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from console.reasons import SENTENCES
from jobs.models import FinalState, HotState
from jobs.rules.way import TRIED
from orders.ledger_check import RULES
from orders.models import OrderState

#: What is named → code → word.
WORDS: Mapping[str, Mapping[str, object]] = {
    "order": dict(OrderState.choices),
    "event": dict(OrderState.choices) | {"step": _("step")},
    "job": dict(HotState.choices) | dict(FinalState.choices),
    "stage": dict(HotState.choices) | dict(FinalState.choices) | {TRIED: _("earlier attempts")},
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
        "cut": _("interrupted"),
        "released": _("handed back"),
        "retried": _("retried"),
        "cancelled": _("cancelled"),
    },
    # How an attempt went wrong: its outcome, or the class of its error.
    "error": {
        "failed": _("failed"),
        "timeout": _("timed out"),
        "lost": _("lost with its worker"),
        "orders.tasks.NoAnswer": _("no carrier answered"),
        "orders.tasks.NoQuote": _("no carrier gave a quote"),
    },
    # Why an action is not to be had: what orders/rules/actions.py and jobs/rules/actions.py say.
    "why-order": {
        "paid": _("It is fulfilled: paid and handed out."),
        "cancelled": _("It is cancelled already."),
        "over": _("It has ended: nothing is reserved or held for it any more."),
        "unknown": _("There is no such order."),
    },
    "why-job": {
        "running": _("It is running: only what nobody runs can be cancelled."),
        "over": _("It has ended."),
        "cancelled": _("It is cancelled already."),
        "to-come": _("It is still going to run."),
        "still-running": _("It is running."),
        "done": _("It succeeded: run again, it might do its work twice."),
        "moved-on": _("It has just moved on: look at it again."),
        "unknown": _("There is no such job."),
    },
    "say": {
        # Sentences of the browser's own; {n} and {m} are filled in there.
        "ms": _("{n} ms"),
        "s": _("{n} s"),
        "min": _("{n} min {m} s"),
        "h": _("{n} h {m} min"),
        "d": _("{n} d {m} h"),
        "more": _("{n} more"),
        "between": _("; "),  # of several reasons
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
        "fit": _("{n} to choose from"),
        "fit-one": _("One to choose"),
        "fit-more": _("These are the first {n}: type more to find others."),
        "fit-none": _("Nothing fits."),
        "remove-line": _("Remove line {n}"),
        "not-looked-up": _("It could not be looked up just now. A code or a whole name can still be typed."),
    },
    "verdict": {
        # Of the dashboard. {n}, {ms}, {queue} and {name} are filled in from the reason.
        "well": _("All is well."),
        "look": _("Needs a look:"),
        "wrong": _("Not well:"),
        "stale": _("No news for {ms}: what stands here may be out of date."),
        "ledger": _("the ledger does not add up"),
        "no-workers": _("no process runs jobs"),
        "no-worker": _("nobody serves the queue {queue}"),
        "late": _("oldest ready job in {queue}: {ms}"),
        "attention": _("orders that need a person: {n}"),
        "no-answer": _("no carrier answers (rounds in the last hour: {n}, the last {ms} ago)"),
        "failed-jobs": _("jobs failed in the last hour: {n}"),
        "errors": _("errors in the last hour: {n}, most often {kind} in {task} ({m})"),
        "staged": _("failed on purpose in the last hour: {n}"),
        "lag": _("the loop of {name} is late by {ms}"),
        "silent": _("no beat from {name} for {ms}"),
    },
    "rule": RULES,
    "reason": SENTENCES,
    "health": {"well": _("ready"), "away": _("takes nothing now (503)")},
    "phase": {
        "soon": _("in a moment"),
        "broken": _("broken"),
        "recovering": _("recovering"),
        "healed": _("healed"),
        "failed": _("not healed"),
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

#: What the administration alone names: no page's browser needs these words.
OF_ADMINISTRATION = frozenset({"reservation", "role"})


def word(of: str, code: str) -> str:
    """The word for a code, in the reader's language; the code itself where there is none."""
    return str(WORDS.get(of, {}).get(code, code))
