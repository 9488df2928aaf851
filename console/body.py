"""How large a request's body may be, on pages and in the API, and the page that says so."""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse

from console.views.errors import too_large

#: Bytes. The largest order form, 1,000 lines with names of 100 characters, is a third of it.
MAX_BODY = 1 << 20


class BodyLimit:
    """Middleware that answers 413 before anything reads the form. Our server tells how long a body is."""

    sync_capable = False
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Awaitable[HttpResponse]]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        if announced(request.META.get("CONTENT_LENGTH", "")) > MAX_BODY:
            return too_large(request)
        return await self.get_response(request)


def announced(length: str) -> int:
    """The bytes a Content-Length speaks of; 0 where it is no number, MAX_BODY + 1 where it is a huge one."""
    if not (length.isascii() and length.isdigit()):
        return 0
    return int(length) if len(length) <= 15 else MAX_BODY + 1
