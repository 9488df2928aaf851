"""The pages behind 403, 404, 500 and 503. They render without a user: nothing of the database is needed."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from console.api.problems import DATABASE_AWAY

#: What says that the database has no connection for us, or does not answer; the same page may come soon.
AWAY = (OSError, OperationalError, InterfaceError, *DATABASE_AWAY)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def forbidden_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token: a page left open over a sign-in, or another site's form."""
    return render(request, "403.html", {"stale_form": True}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls this while it handles the exception."""
    if isinstance(sys.exception(), AWAY):
        busy = render(request, "503.html", status=503)
        busy["Retry-After"] = "1"
        return busy
    return render(request, "500.html", status=500)
