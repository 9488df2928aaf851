"""The option that says why: it stays in the history, so it is bounded as on the pages."""

from argparse import ArgumentTypeError

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from console.actions import MOST_REASON
from console.terminal import harmless


def add_reason(parser: CommandParser, kept_in: str) -> None:
    parser.add_argument("--reason", type=_reason, default="", help=f"kept in {kept_in}")


def _reason(text: str) -> str:
    """Raises ArgumentTypeError (2: wrong usage) for one that is too long: a command cuts nothing off."""
    reason = harmless(text).strip()
    if len(reason) > MOST_REASON:
        words = _("a reason has at most %(most)d characters, this one has %(there)d")
        raise ArgumentTypeError(words % {"most": MOST_REASON, "there": len(reason)})
    return reason
