"""Where somebody begins: the dashboard, or the first page their permissions open."""

from django.contrib.auth.models import User
from django.urls import reverse

from console.roles import administers

#: Permission → the page it opens, in the order of the navigation. The dashboard needs two of them.
OPENS = {
    "orders.view_order": "orders",
    "jobs.view_job": "jobs",
    "orders.view_account": "accounts",
    "orders.add_order": "order_form",
}


def first_page(user: User) -> str | None:
    """The address of the first page this user may see beside the dashboard; None where there is none."""
    for permission, name in OPENS.items():
        if user.has_perm(permission):
            return reverse(name)
    return reverse("admin:index") if administers(user) else None
