"""Who may manage whom: nobody gives themselves or others more than they have."""

from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.db.models import Q, QuerySet


def may_manage(actor: User | AnonymousUser, other: User) -> bool:
    """May ``actor`` change this user, give them a password or a token? Not where they hold more."""
    if actor.is_superuser:
        return True
    return not other.is_superuser and rights(other) <= actor.get_all_permissions()


def rights(user: User) -> set[str]:
    """Every permission of theirs and of their roles; also of somebody disabled, who may be enabled again."""
    given = Permission.objects.filter(Q(user=user) | Q(group__user=user)).order_by()
    return {f"{app}.{name}" for app, name in given.values_list("content_type__app_label", "codename")}


def roles_of(actor: User | AnonymousUser) -> QuerySet[Group]:
    """The roles ``actor`` may give: those that carry nothing they lack."""
    if actor.is_superuser:
        return Group.objects.all()
    held = actor.get_all_permissions()
    lacked = [
        pk
        for pk, app, name in Permission.objects.order_by().values_list(
            "pk", "content_type__app_label", "codename"
        )
        if f"{app}.{name}" not in held
    ]
    return Group.objects.exclude(permissions__in=lacked)
