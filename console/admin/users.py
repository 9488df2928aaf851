"""People: their roles, whether they may sign in. Nobody is deleted, nobody rises above who edits them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.admin import cells
from console.admin.kept import NAME, ReasonForm
from console.admin.lists import Listed, number, words
from console.admin.rank import may_manage, roles_of, still_administers, would_administer
from console.admin.site import actor_of, site
from console.passwords import InOurWords
from console.signin import end_links
from console.words import word
from orders.audit import write_audit_with_django
from orders.models import Audit, Token

#: What only a superuser sees, and gives.
POWERS = ("is_superuser", "user_permissions")


class UserForm(ReasonForm):
    actor: User

    class Meta:
        model = User
        fields = ("first_name", "last_name", "email", "is_active", "groups", *POWERS)
        help_texts = {
            "is_active": gettext_lazy("Who is not active can't sign in, and their tokens open nothing."),
            "groups": gettext_lazy("Only roles that carry nothing you lack can be given."),
        }
        labels = {"groups": gettext_lazy("roles")}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not still_administers(self.actor, self.instance):
            raise forms.ValidationError(
                _("What you may do, or what they may, has changed: you can't change this user any more.")
            )
        if self.instance.pk == self.actor.pk:
            words = _("You can't take this from yourself.")
            for power in ("is_active", "is_superuser"):
                if getattr(self.actor, power) and not cleaned.get(power, True):
                    self.add_error(power, words)
            if "groups" in cleaned and not would_administer(self.actor, cleaned["groups"]):
                self.add_error("groups", words)
        return cleaned


class NewUser(InOurWords, AdminUserCreationForm):
    """Django's."""


class PasswordOfUser(InOurWords, AdminPasswordChangeForm):
    """Django's."""


class Roles(forms.ModelMultipleChoiceField):
    def label_from_instance(self, role: Any) -> str:
        return word("role", role.name)


@admin.display(description=gettext_lazy("roles"))
def roles(user: User) -> str:
    return ", ".join(word("role", role.name) for role in user.groups.all()) or cells.NOTHING


@admin.display(description=gettext_lazy("password"))
def password(user: User) -> SafeString:
    """Where it is set; nothing of it is shown."""
    return format_html(
        '<a href="{}">{}</a>',
        reverse("admin:auth_user_password_change", args=[user.pk]),
        _("Change the password") if user.has_usable_password() else _("Set a password"),
    )


JOINED = cells.instant("date_joined", gettext_lazy("joined"))
NEAR = cells.near(
    gettext_lazy("See also"),
    (
        cells.Near(gettext_lazy("tokens"), Token, "user", lambda row: row.pk),
        cells.Near(gettext_lazy("audit"), Audit, "subject", lambda row: f"user:{row.pk}"),
    ),
)


@admin.register(User, site=site)
class Users(Listed, UserAdmin):
    """Django's, tamed: superusers are for superusers, permissions come by role, the audit knows it all."""

    form, add_form, change_password_form = UserForm, NewUser, PasswordOfUser
    ordering = ("username",)
    found_by = {"username__startswith": words, "id": number}
    search_help_text = gettext_lazy("The beginning of a username")
    filter_horizontal = ("user_permissions",)
    list_filter = ()
    columns = (
        cells.text("username", gettext_lazy("username")),
        cells.text("email", gettext_lazy("email")),
        roles,
        cells.flag("is_active", gettext_lazy("active")),
        cells.flag("is_superuser", gettext_lazy("superuser")),
        cells.instant("last_login", gettext_lazy("last sign-in")),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        username, _email, _roles, active, superuser, last_login = self.columns
        head: list[Any] = [username, "first_name", "last_name", "email"]
        tail = [last_login, JOINED, NEAR]
        if not self.has_change_permission(request, obj):
            return [(None, {"fields": [*head, active, superuser, roles, *tail]})]
        powers = POWERS if request.user.is_superuser else ()
        fields = [*head, password, "is_active", "groups", *powers, *tail, "reason"]
        return [(None, {"fields": fields})]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        fields = self.get_fieldsets(request, obj)[0][1]["fields"]
        return [field for field in fields if callable(field)]

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.actor = request.user
        return form

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            widget = forms.CheckboxSelectMultiple
            kwargs |= {"form_class": Roles, "queryset": roles_of(request.user), "widget": widget}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or may_manage(request.user, obj))

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        with transaction.atomic():
            user = self.get_object(request, unquote(id))
            if request.method == "POST" and user and not still_administers(request.user, user):
                raise PermissionDenied
            return super().user_change_password(request, id, form_url)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        entry = super().log_addition(request, obj, message)
        self.audit(request, obj, "user.add", ["added"])
        return entry

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Django calls it in the transaction of every change, of a password too."""
        entry = super().log_change(request, obj, message)
        end_links(obj)
        changed = [name for part in message for name in part.get("changed", {}).get("fields", [])]
        self.audit(request, obj, "user.change", ["changed", *changed])
        return entry

    def audit(self, request: HttpRequest, user: User, action: str, done: list[str]) -> None:
        """Say what this user is from now on; the last write of the transaction."""
        write_audit_with_django(
            actor=actor_of(request),
            action=action,
            subject=f"user:{user.pk}",
            reason=request.POST.get("reason", "").replace("\x00", "").strip()[:NAME]
            or f"admin: {' '.join(done)}",
            data={
                "username": user.username,
                "active": user.is_active,
                "superuser": user.is_superuser,
                "roles": sorted(user.groups.values_list("name", flat=True)),
            },
        )
