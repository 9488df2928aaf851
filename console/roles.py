"""The three roles, as groups of permissions. They are put right after every migration."""

from typing import Any

from django.apps import apps as global_apps
from django.apps.registry import Apps
from django.contrib.auth.models import AnonymousUser, PermissionsMixin

VIEW = (
    "jobs.view_job",
    "jobs.view_worker",
    "orders.view_order",
    "orders.view_product",
    "orders.view_customer",
    "orders.view_account",
)
OPERATE = (
    "orders.add_order",
    "orders.change_order",
    "orders.make_transfer",
    "orders.check_ledger",
    "jobs.control_job",
)
ADMINISTER = (
    "jobs.change_pace",
    "orders.add_product",
    "orders.change_product",
    "orders.add_customer",
    "orders.change_customer",
    "orders.view_audit",
    "orders.add_token",
    "orders.change_token",
    "auth.view_user",
    "auth.add_user",
    "auth.change_user",
)

#: Role → the permissions it carries. Each holds all of the one before it.
ROLES: dict[str, tuple[str, ...]] = {
    "viewer": VIEW,
    "operator": VIEW + OPERATE,
    "admin": VIEW + OPERATE + ADMINISTER,
}


def keep_roles(*, apps: Apps = global_apps, using: str = "default", **_: Any) -> None:
    """Make the groups and give them exactly their permissions; a post_migrate receiver."""
    try:
        group_model, permission_model = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    except LookupError:  # only some apps were migrated; the whole migration brings us back
        return
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in permission_model.objects.using(using).select_related("content_type")
    }
    for role, names in ROLES.items():
        group, _made = group_model.objects.using(using).get_or_create(name=role)
        group.permissions.set([known[name] for name in names if name in known])


def administers(user: PermissionsMixin | AnonymousUser) -> bool:
    """May they open the administration: do they hold anything that an operator does not?

    It needs their permissions; on the event loop those must be loaded already, as ``page`` does.
    """
    return any(user.has_perm(name) for name in ADMINISTER)
