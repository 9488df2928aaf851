"""Who may open a page. Every view goes through ``page`` or says with ``public`` that it needs nobody."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect

View = Callable[..., Coroutine[Any, Any, HttpResponse]]
AnyView = TypeVar("AnyView", bound=Callable[..., Any])


class PageRequest(HttpRequest):
    """A request that went through ``page``: its user is signed in and loaded."""

    user: User


def page(
    *permissions: str,
    methods: tuple[str, ...] = ("GET",),
    form_at: Callable[..., str] | None = None,
    instead: Callable[[User], str | None] | None = None,
) -> Callable[[View], View]:
    """Let in who is signed in and has every one of ``permissions``; others sign in, or see a 403.

    The user and their permissions are loaded here, so that templates can ask for them on the event loop.

    Where only a form is taken, ``form_at`` says by the address's parts which page the form is on: a form that
    was refused leaves its own address in the address bar, and whoever reloads that is led to the page.
    ``instead`` leads whose permissions fall short to a page of theirs, if it knows one.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        async def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            user = await request.auser()
            if not user.is_authenticated:
                return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
            allowed = await user.aget_all_permissions()
            if not (user.is_superuser or allowed.issuperset(permissions)):
                if instead is not None and (elsewhere := instead(user)):
                    return HttpResponseRedirect(elsewhere)
                raise PermissionDenied
            request.user = user
            if form_at is not None and request.method in ("GET", "HEAD"):
                return HttpResponseRedirect(form_at(*args, **kwargs))
            if request.method not in methods and not (request.method == "HEAD" and "GET" in methods):
                return HttpResponseNotAllowed(methods)
            response = await view(cast(PageRequest, request), *args, **kwargs)
            response.headers.setdefault("Cache-Control", "no-store")  # whoever sits here next sees nothing
            return response

        guarded.guards = permissions  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: AnyView) -> AnyView:
    """Mark a view that anybody may open."""
    view.guards = None  # type: ignore[attr-defined]
    return view
