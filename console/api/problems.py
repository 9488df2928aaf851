"""What goes wrong, told as application/problem+json (RFC 9457), whoever noticed it."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from console.api.idempotency import key_of, wrong_key
from jobs.away import AWAY
from orders.wrong import told

logger = logging.getLogger("headrace.api")

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A request that cannot be answered as asked.

    ``code`` is for programs, ``detail`` and the messages of ``errors`` (``{"field", "message"}``) are for
    people; ``retry_after`` is in seconds.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, Any]] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.retry_after = list(errors), retry_after

    def body(self) -> bytes:
        """The problem's JSON."""
        document: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        if self.errors:
            document["errors"] = self.errors
        return orjson.dumps(document)

    def response(self) -> HttpResponse:
        """The problem as an answer."""
        response = HttpResponse(self.body(), status=self.status, content_type=MEDIA_TYPE)
        if self.retry_after is not None:
            response["Retry-After"] = str(max(1, round(self.retry_after)))
        if self.status == HTTPStatus.UNAUTHORIZED:
            response["WWW-Authenticate"] = "Bearer"
        return response


def not_found() -> Problem:
    """Nothing is at this address."""
    return Problem(404, "not_found", _("there is nothing at this address"))


def malformed(words: str, errors: Sequence[Mapping[str, Any]] = ()) -> Problem:
    """The body cannot be read at all."""
    return Problem(400, "malformed", words, errors=errors)


def invalid(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """Some of what was sent cannot be used: field by field."""
    return Problem(422, "invalid", _("some of what was sent cannot be used"), errors=errors)


def bad_key(request: HttpRequest) -> Problem:
    """Only the Idempotency-Key is missing, or none."""
    errors = wrong_key(request)
    code = "key_invalid" if key_of(request) else "key_missing"
    return Problem(400, code, errors[0]["message"], errors=errors)


def too_large(limit: int) -> Problem:
    """The body has more than ``limit`` bytes."""
    words = _("the body is larger than %(limit)s bytes") % {"limit": limit}
    return Problem(413, "too_large", words)


def unavailable() -> Problem:
    """The database does not answer; the same request may succeed soon."""
    return Problem(503, "unavailable", _("the database does not answer; try again"), retry_after=1)


def internal() -> Problem:
    """A fault of ours; what it was stands in the log alone."""
    return Problem(500, "internal", _("something went wrong here; it has been logged"))


def of_status(status: int, methods: str = "") -> Problem:
    """A problem for an answer that says nothing but its status, and with 405 the methods there are."""
    if status == HTTPStatus.NOT_FOUND:
        return not_found()
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return internal()
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        known = ", ".join(sorted(methods.split(", ")))  # Ninja's are a set
        words = _("this address answers to %(methods)s alone") % {"methods": known}
        return Problem(status, "method_not_allowed", words)
    return Problem(status, "bad_request", _("this request cannot be read"))


def handle(api: NinjaAPI) -> None:
    """Turn every exception of this API's operations into a problem."""
    api.add_exception_handler(Problem, _problem)
    api.add_exception_handler(Http404, _http_404)
    api.add_exception_handler(AuthenticationError, _unauthenticated)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(SuspiciousOperation, _suspicious)
    for away in AWAY:
        api.add_exception_handler(away, _unavailable)
    api.add_exception_handler(Exception, _internal)


def _problem(request: HttpRequest, error: Any) -> HttpResponse:
    return error.response()


def _http_404(request: HttpRequest, error: Any) -> HttpResponse:
    return not_found().response()


def _unauthenticated(request: HttpRequest, error: Any) -> HttpResponse:
    words = _("this address asks for a valid token: Authorization: Bearer …")
    return Problem(401, "unauthenticated", words).response()


def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    problem = error.__cause__  # the parser's own; Ninja wraps whatever it raises
    if not isinstance(problem, Problem):
        return of_status(error.status_code).response()
    problem.errors += wrong_key(request)
    return problem.response()


def _suspicious(request: HttpRequest, error: Any) -> HttpResponse:
    """What Django will not read: thousands of parameters, say."""
    return of_status(400).response()


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    of_key = wrong_key(request) if request.method == "POST" else []
    if request.method == "POST" and not request.body:
        return malformed(_("the body is empty"), of_key).response()
    errors = [*of_key, *told({**found, "loc": _outside(found["loc"])} for found in error.errors)]
    return invalid(errors).response()


def _outside(location: Sequence[int | str]) -> Sequence[int | str]:
    """``("body", "order", "lines", 0, "sku")`` → ``("lines", 0, "sku")``: a body has no name outside."""
    return location[2:] if location[0] == "body" else location[1:]


def _unavailable(request: HttpRequest, error: Any) -> HttpResponse:
    logger.warning("%s %s: the database is away: %s", request.method, request.path, type(error).__name__)
    return unavailable().response()


def _internal(request: HttpRequest, error: Any) -> HttpResponse:
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return internal().response()
