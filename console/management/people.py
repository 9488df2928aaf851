"""In whose name a command acts."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from console.terminal import harmless


def permitted(name: str, permission: str) -> User:
    """The user of this name. Raises CommandError (2) where there is none who may do it."""
    name = harmless(name)  # nor can the database be asked for what is not text
    found = get_user_model().objects.filter(username=name).first()
    if found is None:
        raise CommandError(_("there is no user %(name)s") % {"name": name}, returncode=2)
    if not found.is_active:
        raise CommandError(_("the user %(name)s is not active") % {"name": name}, returncode=2)
    if not found.has_perm(permission):
        words = _("the user %(name)s lacks the permission %(permission)s")
        raise CommandError(words % {"name": name, "permission": permission}, returncode=2)
    return found


def actor(user: str | None, permission: str, *, command: str) -> str:
    """Who the history names: the user, who must have the permission, else the command itself."""
    return f"user:{permitted(user, permission).get_username()}" if user else f"command:{command}"
