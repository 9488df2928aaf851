"""Signing in: by password, or by a one-time link that leads to setting one. A new password. Signing out."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm, UsernameField
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import TextInput
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from console.passwords import InOurWords
from console.sessions import keep_signed_in
from console.signin import end_links, redeem
from console.throttle import in_turn
from console.views.access import public
from orders.audit import write_audit_with_django


class SignInForm(InOurWords, AuthenticationForm):
    """Django's asks the database about names of any length, which the throttle's table has no room for."""

    username = UsernameField(
        max_length=User._meta.get_field("username").max_length, widget=TextInput(attrs={"autofocus": True})
    )


class SignIn(LoginView):
    """Django's, but a ``next`` that leads back here leads to the dashboard: there is no loop to refuse."""

    def get_redirect_url(self, request: HttpRequest | None = None) -> str:
        url = super().get_redirect_url()
        return "" if urlsplit(url).path == self.request.path else url


sign_in = public(
    in_turn(
        SignIn.as_view(
            http_method_names=["get", "head", "post", "options"],
            template_name="signin/password.html",
            authentication_form=SignInForm,
            redirect_authenticated_user=True,
        )
    )
)
sign_out = public(LogoutView.as_view(http_method_names=["post", "options"]))


@public
@never_cache
@require_http_methods(["GET"])
def open_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Sign in who opens the link, once; without a usable password they go on to set one."""
    user = redeem(secret)
    if user is None:
        return render(request, "signin/link_used.html", status=410)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return redirect("dashboard" if user.has_usable_password() else "set_password")


class FirstPassword(InOurWords, SetPasswordForm):
    """Django's."""


class NewPassword(InOurWords, PasswordChangeForm):
    """Django's, but the old password is tried as at the sign-in: who guesses at an open browser waits."""

    request: HttpRequest
    #: Another change came first, while this one waited.
    overtaken = False

    def clean_old_password(self) -> str:
        old: str = self.cleaned_data["old_password"]
        if self.overtaken:
            raise ValidationError(_("It was changed a moment ago, somewhere else: sign in with the new one."))
        if authenticate(self.request, username=self.user.get_username(), password=old) is None:
            raise ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return old

    def clean_new_password1(self) -> str:
        new: str = self.cleaned_data["new_password1"]
        if new == self.cleaned_data.get("old_password"):
            raise ValidationError(_("That is the password you have: choose another."))
        return new


class ChangePassword(PasswordChangeView):
    """One's own password, by who knows the old one. This session goes on, every other one of theirs ends."""

    template_name = "signin/change_password.html"
    form_class = NewPassword
    success_url = reverse_lazy("dashboard")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Who has no password yet sets one."""
        if request.user.is_authenticated and not request.user.has_usable_password():
            return redirect("set_password")
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Changes of one user's password come one after the other: the old one is that of this moment."""
        user: Any = request.user
        with transaction.atomic():
            request.user = locked(user)
            self.overtaken = request.user.password != user.password
            return super().post(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> Any:
        form: Any = super().get_form(form_class)
        form.request, form.overtaken = self.request, getattr(self, "overtaken", False)
        return form

    def form_valid(self, form: Any) -> HttpResponse:
        form.save()
        keep_signed_in(self.request, form.user)
        end_links(form.user)
        write_audit_with_django(
            actor=f"user:{form.user.get_username()}",
            action="user.password",
            subject=f"user:{form.user.pk}",
            reason="changed their own password",
            data={},
        )
        messages.success(
            self.request,
            _("Your password is changed. Wherever else you were signed in you are not; tokens stay."),
        )
        return redirect(self.get_success_url())


def locked(user: Any) -> User:
    """The same user as they are kept now, for this transaction alone."""
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


change_password = public(
    in_turn(never_cache(require_http_methods(["GET", "HEAD", "POST"])(ChangePassword.as_view())))
)


@public
@in_turn
@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@transaction.atomic
def set_password(request: HttpRequest) -> HttpResponse:
    """A first password, for who came in by a link. Whoever has one already changes it."""
    user = locked(request.user)
    if user.has_usable_password():
        return redirect("dashboard")
    form = FirstPassword(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        keep_signed_in(request, user)
        end_links(user)
        return redirect("dashboard")
    return render(request, "signin/set_password.html", {"form": form})
