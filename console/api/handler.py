"""The ASGI application for what lies under /api/: Django's handler with a short way in."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.core.handlers.exception import convert_exception_to_response
from django.http.response import HttpResponseBase

from console.api.headers import with_headers
from console.api.middleware import LAYERS
from console.api.problems import Problem, of_status, too_large
from console.size import MAX_BODY, announced

Message = Mapping[str, Any]


class BodyTooLarge(Exception):
    """More bytes came than MAX_BODY."""


class ApiRequest(ASGIRequest):
    """A request that is resolved by the API's own addresses."""

    urlconf = "console.api.urls"


class ApiHandler(ASGIHandler):
    """Serves the API. Django's eight middleware take a view to a third of its speed; here are two."""

    request_class = ApiRequest

    def load_middleware(self, is_async: bool = True) -> None:
        """Build the chain out of ``console.api.middleware`` instead of the setting MIDDLEWARE."""
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        chain: Any = convert_exception_to_response(self._get_response_async)  # type: ignore[attr-defined]
        for layer in reversed(LAYERS):
            chain = convert_exception_to_response(layer(chain))
        self._middleware_chain = chain

    async def __call__(
        self,
        scope: Any,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Serve one request; its body is counted while it comes, and not kept past the limit."""
        send = with_headers(scope, send)
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > MAX_BODY:
                raise BodyTooLarge
            return message

        try:
            if _announced(scope) > MAX_BODY:
                raise BodyTooLarge
            await super().__call__(scope, counted, send)
        except BodyTooLarge:
            await self._refuse(too_large(MAX_BODY), send)

    def create_request(self, scope: Any, body_file: Any) -> Any:
        """Django's, but what it answers to a request it cannot read is a problem."""
        request, error = super().create_request(scope, body_file)
        return request, None if request is not None else _as_problem(error)

    async def _refuse(self, problem: Problem, send: Callable[[Message], Awaitable[None]]) -> None:
        response = problem.response()
        response["Connection"] = "close"  # the rest of the body is not read
        await self.send_response(response, send)


def _as_problem(error: HttpResponseBase | None) -> HttpResponseBase:
    status = error.status_code if error is not None else 400
    return (too_large(MAX_BODY) if status == 413 else of_status(status)).response()


def _announced(scope: Mapping[str, Any]) -> int:
    for name, value in scope.get("headers", ()):
        if name == b"content-length":
            return announced(value.decode("latin1"))
    return 0
