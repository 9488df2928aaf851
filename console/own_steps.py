"""The order steps in force, in a line at the start: whoever set ORDER_STEPS sees that it was taken."""

from django.conf import settings
from django.utils.translation import gettext as _


def line() -> str:
    """Empty where the settings name none."""
    if not settings.ORDER_STEPS:
        return ""
    return _("Every order goes through %(steps)s") % {"steps": " → ".join(settings.ORDER_STEPS)}
