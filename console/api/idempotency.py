"""The Idempotency-Key of a request that must not have its effect twice."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

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
    """The request's key, as it was sent; nothing where there is none."""
    return request.headers.get(HEADER, "").strip(" \t")


def wrong_key(request: HttpRequest) -> list[dict[str, str]]:
    """What is wrong with the request's key: mostly nothing. It must be 1 to 255 visible ASCII characters."""
    key = key_of(request)
    if KEY.fullmatch(key):
        return []
    words = (
        _("the header Idempotency-Key must be 1 to 255 visible ASCII characters")
        if key
        else _("the header Idempotency-Key is missing: a name for this request, the same at each try")
    )
    return [{"field": HEADER, "message": words}]


def mark(response: HttpResponse, replayed: bool) -> None:
    """Say so where the answer is to an earlier request with this key."""
    if replayed:
        response["Idempotent-Replayed"] = "true"
