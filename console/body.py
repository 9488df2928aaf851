"""The page for who sends more than a form can be."""

from collections.abc import Awaitable, Callable

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import async_only_middleware

from console.size import MAX_BODY, announced
from console.views.errors import too_large

Next = Callable[[HttpRequest], Awaitable[HttpResponse]]


@async_only_middleware
def body_limit(get_response: Next) -> Next:
    """Middleware that answers 413 before anything reads the form. Our server tells how long a body is."""

    async def layer(request: HttpRequest) -> HttpResponse:
        if announced(request.META.get("CONTENT_LENGTH", "")) > MAX_BODY:
            return too_large(request)
        return await get_response(request)

    return layer
