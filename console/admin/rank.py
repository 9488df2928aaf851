"""Who may manage whom: nobody gives themselves or others more than they have."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.db.models import Q, QuerySet

#: What makes somebody an administrator of users.
CHANGE = "auth.change_user"


def may_manage(actor: User | AnonymousUser, other: User) -> bool:
    """May ``actor`` change this user, give them a password or a token? Not where they hold more."""
    if actor.is_superuser:
        return True
    return not other.is_superuser and rights(other) <= actor.get_all_permissions()


def still_administers(actor: User | AnonymousUser, other: User) -> bool:
    """Whether ``actor`` may change ``other`` now, as the database has both. Their rows stay as they are until
    the transaction ends: without the locks two people could each take from the other what they do it with.
    (What a role gives may change beside it: roles are the migrations' alone.)
    """
    both = User.objects.select_for_update(no_key=True).filter(pk__in={actor.pk, other.pk}).order_by("pk")
    rows: dict[int | None, User] = {user.pk: user for user in both}
    doing, theirs = rows.get(actor.pk), rows.get(other.pk)
    if doing is None or theirs is None or not doing.is_active:
        return False
    return doing.has_perm(CHANGE) and may_manage(doing, theirs)


def would_administer(user: User, roles: Iterable[Group]) -> bool:
    """Whether this user could still change users with these roles in place of their own."""
    if user.is_superuser:
        return True
    app, name = CHANGE.split(".")
    given = Permission.objects.filter(Q(user=user) | Q(group__in=roles)).distinct()
    return given.filter(content_type__app_label=app, codename=name).exists()


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
