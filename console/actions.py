"""What people may do with a thing from its page: the button, its question, the same as a command."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from console.words import word

#: Characters of the reason somebody gives.
MOST_REASON = 200


class Action(NamedTuple):
    """``name`` is its key in the rules' actions, ``page`` the name of its address."""

    of: str
    name: str
    title: Any
    question: Any
    tone: str
    icon: str
    permission: str
    page: str
    command: str


CANCEL_ORDER = Action(
    of="order",
    name="cancel",
    title=_("Cancel the order"),
    question=_("Its goods go back on the shelf, its money to the wallet."),
    tone="danger",
    icon="stop",
    permission="orders.change_order",
    page="order_cancel",
    command="orders_cancel",
)
RETRY_JOB = Action(
    of="job",
    name="retry",
    title=_("Retry the job"),
    question=_("It goes back to its queue and runs once more at least. Its attempts so far stay."),
    tone="",
    icon="retry",
    permission="jobs.control_job",
    page="job_retry",
    command="jobs_retry",
)
CANCEL_JOB = Action(
    of="job",
    name="cancel",
    title=_("Cancel the job"),
    question=_("It will not run. An order that waits for it says that it needs a person."),
    tone="danger",
    icon="stop",
    permission="jobs.control_job",
    page="job_cancel",
    command="jobs_cancel",
)
ORDER_ACTIONS, JOB_ACTIONS = (CANCEL_ORDER,), (RETRY_JOB, CANCEL_JOB)


def shown(action: Action, user: User, code: str, *, id: str, key: str) -> dict[str, Any]:
    """The action as templates write it. ``code`` is why not, ``key`` what its command calls the thing."""
    return action._asdict() | {
        "key": f"{action.of}-{action.name}",
        "code": code,
        "why": word(f"why-{action.of}", code) if code else "",
        "url": reverse(action.page, args=[id]),
        "command": f"python3 manage.py {action.command} {key} --user {shlex.quote(user.get_username())}",
    }


def offered(
    actions: Sequence[Action], user: User, codes: Mapping[str, str], *, id: str, key: str
) -> list[dict[str, Any]]:
    """Those of the actions this user has the permission for, the ones that cannot be had now among them."""
    return [
        shown(action, user, codes[action.name], id=id, key=key)
        for action in actions
        if user.has_perm(action.permission)
    ]
