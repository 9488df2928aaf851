"""The Idempotency-Key of a request that must not have its effect twice."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from console.api.problems import Problem
from orders.submit import KEY

HEADER = "Idempotency-Key"

#: For the OpenAPI of operations that need one.
PARAMETER: dict[str, Any] = {
    "name": HEADER,
    "in": "header",
    "required": True,
    "description": "The same key and body have their effect once, however often they are sent.",
    "schema": {"type": "string", "pattern": f"^{KEY.pattern}$"},
}


def key_of(request: HttpRequest) -> str:
    """The request's key, 1 to 255 visible ASCII characters. Raises Problem (400)."""
    key = request.headers.get(HEADER, "").strip(" \t")
    if not key:
        words = _("the header Idempotency-Key is missing: a name for this request, the same at each try")
        raise Problem(400, "key_missing", words, errors=[{"field": HEADER, "message": words}])
    if not KEY.fullmatch(key):
        words = _("the header Idempotency-Key must be 1 to 255 visible ASCII characters")
        raise Problem(400, "key_invalid", words, errors=[{"field": HEADER, "message": words}])
    return key


def mark(response: HttpResponse, replayed: bool) -> None:
    """Say so where the answer is to an earlier request with this key."""
    if replayed:
        response["Idempotent-Replayed"] = "true"
