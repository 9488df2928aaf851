"""Files of pages go out gzipped, each compressed once a process. Pages do not: what is secret in them stays apart
from what a stranger can put there (BREACH).
"""

import gzip
from collections.abc import Awaitable, Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.decorators import async_only_middleware

Next = Callable[[HttpRequest], Awaitable[HttpResponseBase]]

TEXT = ("text/css", "text/javascript", "application/javascript", "image/svg+xml")
#: Bytes below which it is not worth it.
LEAST = 400


@async_only_middleware
def compress_files(get_response: Next) -> Next:
    """Middleware around the one that serves files."""
    kept: dict[tuple[str, str], bytes] = {}

    async def layer(request: HttpRequest) -> HttpResponseBase:
        answer = await get_response(request)
        if not request.path_info.startswith(settings.STATIC_URL):
            return answer
        if answer.status_code != 200 or answer.headers.get("Content-Type", "").split(";")[0] not in TEXT:
            return answer
        patch_vary_headers(answer, ["Accept-Encoding"])
        if request.method != "GET" or "gzip" not in request.headers.get("Accept-Encoding", ""):
            return answer
        if int(answer.headers.get("Content-Length", 0)) < LEAST or not isinstance(
            answer, StreamingHttpResponse
        ):
            return answer
        key = request.path_info, answer.headers.get("Last-Modified", "")
        if key not in kept:
            kept[key] = gzip.compress(b"".join([part async for part in answer]), 9, mtime=0)
        answer.close()
        headers = dict(answer.headers) | {"Content-Encoding": "gzip", "Content-Length": str(len(kept[key]))}
        headers.pop("ETag", None)  # it names the other bytes; Last-Modified is asked about instead
        return HttpResponse(kept[key], headers=headers)

    return layer
