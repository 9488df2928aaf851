"""Signing in by password, throttled: who guesses waits, and nobody's guessing shuts another out.

Failures are counted twice. By name and address together: so many, and that pair waits. Not by name alone, or
a stranger could keep a user out from anywhere. By address alone, of whatever names: many more, since a whole
office may share one; else whoever has one address could try one password on every name. Both counts are
rows of the database, so they hold over all processes, and end a quarter of an hour after the last guess.
"""

import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from asgiref.sync import sync_to_async
from axes.backends import AxesStandaloneBackend
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db import connections
from django.db.models import Max, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

log = logging.getLogger(__name__)

#: Failures of one address, of whatever names, until it waits. Of one name there: AXES_FAILURE_LIMIT.
ADDRESS_LIMIT = 50
#: Passwords hashed side by side in one process, and sign-ins that may wait for their turn.
AT_ONCE, WAITING = 2, 40


class Throttle(AxesStandaloneBackend):  # type: ignore[misc]
    """Axes' backend, which lets nobody in and turns away who is locked; also where that is awaited."""

    async def aauthenticate(self, request: HttpRequest, **credentials: Any) -> None:
        await sync_to_async(self.authenticate)(request, **credentials)


class Attempts(AxesDatabaseHandler):  # type: ignore[misc]
    """Axes' counts in the database, and the wider one by address beside them."""

    def get_failures(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        """The failures of this name and address; the limit itself once the address has too many."""
        of_pair = super().get_failures(request, credentials)
        if of_pair >= settings.AXES_FAILURE_LIMIT or not _too_many_from(request.axes_ip_address):
            return of_pair
        return settings.AXES_FAILURE_LIMIT

    def user_login_failed(self, sender: Any, credentials: Any, request: Any = None, **more: Any) -> None:
        """Count it, and say in the log who waits from now on: once, and not again while they try on."""
        waited = getattr(request, "axes_locked_out", False)
        super().user_login_failed(sender, credentials, request, **more)
        if getattr(request, "axes_locked_out", False) and not waited:
            _tell(request)


def _tell(request: Any) -> None:
    """No name: people type passwords there."""
    address, minutes = request.axes_ip_address, settings.AXES_COOLOFF_TIME // timedelta(minutes=1)
    if not _too_many_from(address):
        words = "%d wrong passwords for one name from %s: from there it waits %d minutes"
        log.warning(words, settings.AXES_FAILURE_LIMIT, address, minutes)
        return
    log.warning(
        "%d wrong passwords from %s: whoever signs in from there waits %d minutes",
        ADDRESS_LIMIT,
        address,
        minutes,
    )
    if "HTTP_X_FORWARDED_FOR" in request.META:
        log.warning(
            "%s sends X-Forwarded-For: if that is your proxy, name it in TRUSTED_PROXIES, "
            "or everybody behind it waits together",
            address,
        )


def _recent(address: str | None) -> Any:
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    return AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=since)


def _too_many_from(address: str | None) -> bool:
    failures = _recent(address).aggregate(Sum("failures_since_start"))["failures_since_start__sum"]
    return (failures or 0) >= ADDRESS_LIMIT


def locked(request: HttpRequest, *_of_axes: Any) -> HttpResponse:
    """The answer to who has to wait: 429, when to come back, and that nothing is lost."""
    address: str | None = request.axes_ip_address  # type: ignore[attr-defined]
    last: datetime | None = _recent(address).aggregate(Max("attempt_time"))["attempt_time__max"]
    left = (last or timezone.now()) + settings.AXES_COOLOFF_TIME - timezone.now()
    seconds = max(1, round(left.total_seconds()))
    return _come_back(request, seconds, 429)


def _come_back(request: HttpRequest, seconds: int, status: int) -> HttpResponse:
    minutes = -(-seconds // 60)
    response = render(request, "signin/locked.html", {"minutes": minutes}, status=status)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response


def who_and_where(_username: str | None, address: str | None, *_more: Any) -> str:
    """A client in Axes' own lines, for who turns those on (settings.LOGGING has them off).

    No name: people type passwords there; no address of a page: a link's is a secret.
    """
    return f"somebody at {address}"


# ── one after the other ──────────────────────────────────────────────────────────────────────────────────

_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="sign-in")
_inside = 0


def in_turn(view: Callable[..., HttpResponseBase]) -> Callable[..., Coroutine[Any, Any, HttpResponseBase]]:
    """A sign-in view whose posts take turns: AT_ONCE run, WAITING wait, more are sent away with a 503.

    A password takes a processor for a third of a second. In threads of their own a crowd of sign-ins leaves
    the loop and the other pages their share; and of a thousand guesses sent at one moment only AT_ONCE are
    tried before the failures of the first ones count.
    """

    @wraps(view)
    async def turns(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        global _inside
        if request.method != "POST":
            return await sync_to_async(view)(request, *args, **kwargs)
        if _inside >= AT_ONCE + WAITING:
            return await sync_to_async(_come_back)(request, 5, 503)
        _inside += 1
        try:
            work = sync_to_async(_alone, thread_sensitive=False, executor=_threads)
            return await work(view, request, *args, **kwargs)
        finally:
            _inside -= 1

    return turns


def _alone(view: Callable[..., HttpResponseBase], *args: Any, **kwargs: Any) -> HttpResponseBase:
    try:
        return view(*args, **kwargs)
    finally:
        connections.close_all()  # nobody else does it for a thread that is not the request's
