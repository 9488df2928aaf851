"""What is wrong with the settings of the orders is found at the start, in words."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.translation import gettext as _

from jobs.tasks import resolve


def check_order_steps(**_options: Any) -> list[CheckMessage]:
    """ORDER_STEPS names tasks that are there and were made by ``orders.steps.step``, each once."""
    names = list(settings.ORDER_STEPS)
    found: list[CheckMessage] = [
        Error(
            _("ORDER_STEPS names %(name)s more than once.") % {"name": name},
            hint=_("An order does a step once."),
            id="orders.E003",
        )
        for name in sorted(set(names))
        if names.count(name) > 1
    ]
    return found + [problem for name in names if (problem := _problem(name))]


def _problem(name: str) -> Error | None:
    from orders.steps import is_step  # with it comes much that a command without steps does not need

    try:
        there = resolve(name)
    except Exception as error:  # whatever a module raises while it is imported
        reason = str(error).removeprefix(f"{name}: ")
        hint = _("Write the path of a function decorated with orders.steps.step: shop.tasks.wrap")
        words = _("ORDER_STEPS names %(name)s, which is no task: %(reason)s")
        return Error(words % {"name": name, "reason": reason}, hint=hint, id="orders.E001")
    if is_step(there):
        return None
    hint = _("Decorate its function with orders.steps.step instead of jobs.task.")
    words = _("ORDER_STEPS names %(name)s, which is a task but no order step.")
    return Error(words % {"name": name}, hint=hint, id="orders.E002")
