"""What the OpenAPI document says about problems; Ninja knows of good answers only."""

from http import HTTPStatus
from typing import Any

from console.api.problems import MEDIA_TYPE

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "for programs"},
        "detail": {"type": "string", "description": "for people, in the language of Accept-Language"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


def problems(*statuses: int, parameters: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """``openapi_extra`` of an operation that may answer with these statuses."""
    extra: dict[str, Any] = {
        "responses": {
            status: {
                "description": HTTPStatus(status).phrase,
                "content": {MEDIA_TYPE: {"schema": PROBLEM}},
            }
            for status in statuses
        }
    }
    if parameters:
        extra["parameters"] = parameters
    return extra
