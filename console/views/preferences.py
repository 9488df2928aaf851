"""How a reader wants the console: its theme and its language, kept in cookies of this browser."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from console.views.access import public

COOKIE = "theme"
#: ``auto`` follows the system.
THEMES = {"auto": _("as the system"), "light": _("light"), "dark": _("dark")}
YEAR = 365 * 24 * 3600


@public
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep ``theme`` or ``language`` and go back to ``next``; what is neither changes nothing."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = resolve_url(settings.LOGIN_REDIRECT_URL)
    response = HttpResponseRedirect(back)
    if (theme := request.POST.get("theme")) in THEMES:
        _keep(response, COOKIE, theme)
    if (language := request.POST.get("language")) in dict(settings.LANGUAGES):
        _keep(response, settings.LANGUAGE_COOKIE_NAME, language)
    return response


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )


def appearance(request: HttpRequest) -> dict[str, object]:
    """Context of every page: the theme chosen, and what can be chosen."""
    theme = request.COOKIES.get(COOKIE)
    return {"theme": theme if theme in THEMES else "auto", "themes": THEMES}
