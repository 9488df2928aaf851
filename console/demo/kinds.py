"""What may be broken in the demo: the catalogue."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(NamedTuple):
    """One thing to break: its button, what is said about it, what to watch, what is said once it is chosen,
    for how many seconds, and the pages to watch it on.
    """

    title: Promise
    what: Promise
    watch: Promise
    chosen: Promise
    seconds: float
    pages: tuple[str, ...] = ("dashboard", "orders", "jobs")


KINDS = {
    "silent": Kind(
        _("Stop the carriers"),
        _(
            "All three carriers take the call and answer nothing, for 45 seconds. Orders wait as fulfilling, "
            "their jobs run into time-outs and are tried again; new orders are taken as before."
        ),
        _("after 20 seconds the dashboard says that no carrier answers; fulfilled orders stop and come back"),
        _("In %(lead)s seconds the carriers fall silent, for %(seconds)s seconds."),
        45.0,
    ),
    "slow": Kind(
        _("Slow the carriers down"),
        _("Every carrier answers three seconds late, for 30 seconds. Nothing fails; orders take longer."),
        _("more orders are fulfilling at once, and the web answers as fast as before"),
        _("In %(lead)s seconds the carriers become slow, for %(seconds)s seconds."),
        30.0,
    ),
    "worker": Kind(
        _("Kill a worker"),
        _(
            "The demo's second process gets stock counts to do and is killed in the midst of them, as "
            "by kill -9. Nobody tells the others: its lease runs out after 18 seconds at most, then its "
            "jobs run again elsewhere. A new process takes its place after five seconds."
        ),
        _("running jobs whose bar stands still, then a second attempt; the worker that is gone"),
        _("In %(lead)s seconds the second process is killed; %(seconds)s seconds later a new one starts."),
        5.0,
        ("jobs", "dashboard"),
    ),
    "database": Kind(
        _("Cut the database"),
        _(
            "Every line from this demo to its database is cut, and none is let through for ten seconds. "
            "Pages and the API answer 503; open pages stay and go on by themselves when it is back."
        ),
        _("the dashboard stands still, then catches up; the health above"),
        _("In %(lead)s seconds the database is cut off, for %(seconds)s seconds."),
        10.0,
    ),
}
