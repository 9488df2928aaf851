"""JSON in and out."""

from typing import Any

import orjson
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from console import json_in
from console.api.problems import Problem, malformed
from orders.wrong import field_name


class JsonIn(Parser):
    """A body that says it is JSON and is. Raises Problem: 415, 400."""

    def parse_body(self, request: HttpRequest) -> Any:
        kind = (request.content_type or "").lower()
        charset = (request.content_params or {}).get("charset", "utf-8").lower()
        if not (kind == "application/json" or kind.endswith("+json")) or charset not in ("utf-8", "utf8"):
            raise Problem(415, "unsupported_media_type", _("send the body as application/json in UTF-8"))
        try:
            return json_in.loads(request.body)
        except json_in.Twice as twice:
            words = _("this field is there twice")
            errors = [{"field": field_name((twice.name,)), "message": words}]
            raise malformed(words, errors) from None
        except json_in.NotJson as why:
            raise malformed(_("the body cannot be read: %(why)s") % {"why": why}) from None


class JsonOut(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data, default=str)  # asyncpg's UUIDs are a class of their own
