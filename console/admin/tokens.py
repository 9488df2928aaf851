"""Tokens of programs: made, and shown once; revoked, and never deleted."""

from typing import Any

from asgiref.sync import async_to_sync
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from uuid_utils.compat import uuid7

from console.admin import cells
from console.admin.kept import NAME, Kept, ReasonForm, Taken
from console.admin.lists import uuid
from console.admin.rank import may_manage
from console.admin.site import actor_of, site
from orders.clients import TokenExists, create_token, revoke_tokens
from orders.models import Audit, Token


class NewToken(ReasonForm):
    #: Made with the form: sent twice, it is one token.
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    user = forms.ModelChoiceField(
        User.objects.filter(is_active=True),
        label=gettext_lazy("user"),
        to_field_name="username",
        widget=forms.TextInput,
        help_text=gettext_lazy("The name of the user whose permissions it has."),
        error_messages={"invalid_choice": gettext_lazy("There is no active user of this name.")},
    )
    name = forms.CharField(
        label=gettext_lazy("name"), required=False, max_length=NAME, help_text=gettext_lazy("What it is for.")
    )
    actor: User

    class Meta:
        model = Token
        fields = ("user", "name")

    def clean_user(self) -> User:
        owner = self.cleaned_data["user"]
        if not may_manage(self.actor, owner):
            raise forms.ValidationError(_("This user may do more than you; you make no token for them."))
        return owner


NEAR = cells.near(
    gettext_lazy("See also"),
    (
        cells.Near(gettext_lazy("made"), Audit, "subject", lambda row: f"user:{row.user_id}"),
        cells.Near(gettext_lazy("revoked"), Audit, "subject", lambda row: f"token:{row.pk}"),
    ),
)


@admin.register(Token, site=site)
class Tokens(Kept):
    new_form = NewToken
    found_by = {"id": uuid}
    asked_by = ("user",)
    search_help_text = gettext_lazy("The id of a token")
    list_select_related = ("user",)
    columns = (
        cells.text("id", gettext_lazy("id")),
        cells.text("user", gettext_lazy("user")),
        cells.text("name", gettext_lazy("name")),
        cells.instant("created_at", gettext_lazy("created")),
        cells.instant("revoked_at", gettext_lazy("revoked")),
    )
    more = (NEAR,)
    new_fields = ("token", "user", "name", "reason")
    actions = ("revoke",)

    def get_form(
        self, request: HttpRequest, obj: Token | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.actor = request.user
        return form

    def has_view_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        return request.user.has_perm("orders.change_token") or super().has_view_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        """A token is only ever revoked, from the list."""
        return obj is None and super().has_change_permission(request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """One button: the answer is the secret, whichever was pressed."""
        buttons = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, buttons | (extra_context or {}))

    def save_model(self, request: HttpRequest, obj: Token, form: Any, change: bool) -> None:
        """By the use case. Its secret goes straight into the answer, and from there nowhere."""
        obj.pk = form.cleaned_data["token"]
        try:
            request.token_secret = async_to_sync(create_token)(  # type: ignore[attr-defined]
                obj.user_id, obj.name, id=obj.pk, actor=actor_of(request), reason=form.why("made a token")
            )
        except TokenExists:
            raise Taken(_("This token is made already; its secret was shown then.")) from None

    def response_add(self, request: HttpRequest, obj: Token, post_url_continue: Any = None) -> HttpResponse:
        """The one page that shows the secret. A message would put it into a cookie or the session."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("The token is made"),
            "opts": self.opts,
            "token": obj,
            "secret": request.token_secret,  # type: ignore[attr-defined]
        }
        return TemplateResponse(request, "admin/token_made.html", context)

    @admin.action(permissions=["change"], description=gettext_lazy("Revoke the selected tokens"))
    def revoke(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """Asked for once more, then done."""
        if request.POST.get("sure"):
            ids = list(queryset.values_list("pk", flat=True))
            reason = request.POST.get("reason", "").replace("\x00", "").strip()[:NAME]
            count = async_to_sync(revoke_tokens)(
                ids, actor=actor_of(request), reason=reason or "admin: revoked"
            )
            said = ngettext("%(count)d token is revoked.", "%(count)d tokens are revoked.", count)
            self.message_user(request, said % {"count": count}, messages.SUCCESS)
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Revoke tokens?"),
            "opts": self.opts,
            "tokens": queryset.select_related("user"),
        }
        return TemplateResponse(request, "admin/revoke_tokens.html", context)
