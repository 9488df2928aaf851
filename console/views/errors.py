"""The pages behind 400, 403, 404, 413, 500 and 503. They need no user, and so nothing of the database."""

import logging
import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.encoding import escape_uri_path
from django.utils.text import Truncator

from console.views.paging import Unusable
from jobs.away import AWAY_FROM_PAGES

log = logging.getLogger(__name__)

#: Characters of a parameter that is sent back.
SHOWN = 100


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What Django would not read: too much, too many fields, no form at all, another host's name."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    too_many = isinstance(exception, TooManyFieldsSent)
    return render(request, "400.html", {"too_many": too_many}, status=400)


def too_large(request: HttpRequest) -> HttpResponse:
    return render(request, "413.html", status=413)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def forbidden_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token: a page left open over a sign-in, or another site's form."""
    return render(request, "403.html", {"stale_form": True}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """For a list's address with a parameter it cannot use: which one, and the way to the list without."""
    if not isinstance(exception, Unusable):
        return render(request, "404.html", status=404)
    rest = request.GET.copy()
    value = Truncator(rest.pop(exception.name)[-1].replace("\x00", "\ufffd")).chars(SHOWN)
    path = escape_uri_path(request.path)
    without = f"{path}?{rest.urlencode()}" if rest else path
    return render(
        request, "404.html", {"wrong": exception.name, "value": value, "without": without}, status=404
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls this while it handles the exception."""
    if isinstance(error := sys.exception(), AWAY_FROM_PAGES):
        said = str(error).partition("\n")[0]
        log.warning("a page cannot have the database: %s: %s", type(error).__name__, said)
        busy = render(request, "503.html", status=503)
        busy["Retry-After"] = "1"
        return busy
    return render(request, "500.html", status=500)
