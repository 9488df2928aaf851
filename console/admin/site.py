"""The site itself: who may enter, by which door, and what stands on its first page."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from console.roles import administers

#: What the first page shows, by subject: a key for the address, the heading, app.model of each.
GROUPS = (
    ("shop", _("Shop"), ("orders.product", "orders.stock", "orders.customer")),
    ("people", _("People and programs"), ("auth.user", "orders.token")),
    (
        "orders",
        _("Orders"),
        ("orders.order", "orders.orderline", "orders.orderevent", "orders.reservation", "orders.quote"),
    ),
    ("money", _("Money"), ("orders.account", "orders.balance", "orders.transfer")),
    ("engine", _("Engine"), ("jobs.job", "jobs.history", "jobs.attempt", "jobs.worker", "jobs.pace")),
    ("audit", _("Audit"), ("orders.audit", "orders.auditchain")),
)


def actor_of(request: HttpRequest) -> str:
    """Who does it, as the audit and the timelines name people."""
    return f"user:{request.user.get_username()}"


class Site(AdminSite):
    """Django's, entered by permission through the console's own sign-in; there is no second login form."""

    site_title = site_header = "Headrace"
    index_title = _("Administration")
    site_url = None  # the header has a link to the console

    def has_permission(self, request: HttpRequest) -> bool:
        return administers(request.user)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Every view goes through here: who is signed out signs in, whose role falls short reads so."""
        guarded = super().admin_view(view, cacheable)

        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(
                    request.get_full_path() if request.method == "GET" else reverse("admin:index")
                )
            if not self.has_permission(request):
                raise PermissionDenied
            return guarded(request, *args, **kwargs)

        # What Django's guard says about the view, its CSRF exemption say, holds for ours.
        entered.__dict__.update(vars(guarded))
        return entered

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """An address of Django's that somebody may have kept: the sign-in is elsewhere."""
        return HttpResponseRedirect(reverse("admin:index"))

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Everything stands on the first page, by subject and not by Django app."""
        return HttpResponseRedirect(reverse("admin:index"))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """One's own password is changed in one place."""
        return HttpResponseRedirect(reverse("change_password"))

    password_change_done = password_change

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """What this user may see, grouped by subject."""
        apps = self._build_app_dict(request, app_label).values()
        known = {
            f"{app['app_label']}.{entry['object_name'].lower()}": entry
            for app in apps
            for entry in app["models"]
        }
        groups = [
            {
                "name": heading,
                "app_label": key,
                "app_url": f"{reverse('admin:index')}#{key}",
                "has_module_perms": True,
                "models": [known[name] for name in names if name in known],
            }
            for key, heading, names in GROUPS
        ]
        return [group for group in groups if group["models"]]


site = Site()
