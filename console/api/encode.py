"""JSON in and out."""

from typing import Any

import orjson
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from console.api.problems import Problem, malformed


class JsonIn(Parser):
    """A body that says it is JSON and is. Raises Problem: 415, 400."""

    def parse_body(self, request: HttpRequest) -> Any:
        kind = (request.content_type or "").lower()
        charset = (request.content_params or {}).get("charset", "utf-8").lower()
        if not (kind == "application/json" or kind.endswith("+json")) or charset not in ("utf-8", "utf8"):
            raise Problem(415, "unsupported_media_type", _("send the body as application/json in UTF-8"))
        try:
            return orjson.loads(request.body)
        except orjson.JSONDecodeError:
            raise malformed() from None


class JsonOut(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data, default=str)  # asyncpg's UUIDs are a class of their own
