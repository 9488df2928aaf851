"""What the demo stands on: a database that is empty, or its own. It clears the built-in one only."""

import contextlib
import os
import socket

from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from console.demo.catalogue import PRODUCTS
from jobs.models import Worker
from orders.models import Product


def check_ours(*, built_in: bool) -> None:
    """Raise CommandError where the database holds what somebody else put there; it need not be migrated.

    On the built-in one users alone are no hindrance: it is on the machine of whoever runs the demo.
    """
    tables = set(connection.introspection.table_names())
    goods = Product.objects.filter(sku__in=[product.sku for product in PRODUCTS])
    if not tables or ("product" in tables and goods.exists()):
        return
    foreign = "django_migrations" not in tables or ("product" in tables and Product.objects.exists())
    if not foreign and not built_in:
        foreign = "auth_user" in tables and User.objects.exists()
    if foreign:
        raise CommandError(
            _(
                "This database holds what the demo did not put there. The demo makes up customers, money "
                "and an administrator: set DATABASE_URL to an empty database, or unset it to use the "
                "built-in one. Your own console starts with: python3 manage.py serve"
            )
        )


def check_may_clear(*, built_in: bool) -> None:
    """Raise CommandError for any database but the built-in one."""
    if not built_in:
        raise CommandError(
            _(
                "--reset empties only the built-in database, and DATABASE_URL names another one: "
                "create a fresh database for the demo instead, or unset DATABASE_URL."
            )
        )


def clear() -> None:
    """Empty every table. Raises CommandError while a process is at work on them."""
    if names := _at_work():
        raise CommandError(
            _("--reset would empty the tables under a running process: stop %(names)s first.")
            % {"names": ", ".join(names)}
        )
    call_command("flush", interactive=False, verbosity=0)


def _at_work() -> list[str]:
    """The workers (host:pid) with a lease, without those of this machine whose process is gone."""
    leased = Worker.objects.filter(stopped_at=None, lease_until__gt=Now()).values_list("name", flat=True)
    return [name for name in leased if not _gone(name)]


def _gone(name: str) -> bool:
    host, _colon, pid = name.rpartition(":")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    with contextlib.suppress(PermissionError):
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return True
    return False
