"""What browsers are sent is gzipped: files once a process, pages as they are made.

A page's length could tell a secret in it to who can put words beside it and make a signed-in browser ask
for it (BREACH). Tokens of forms are masked anew each time, cookies stay home on another site's requests
(SameSite), and each page is lengthened by some random bytes, as Django's own middleware does it.
"""

import gzip
import re
from collections.abc import Awaitable, Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.decorators import async_only_middleware
from django.utils.text import compress_string

Next = Callable[[HttpRequest], Awaitable[HttpResponseBase]]

TEXT = ("text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml")
#: A weight of Accept-Encoding, as RFC 9110 writes it.
WEIGHT = re.compile(r"q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")
#: Bytes below which it is not worth it; random bytes a page is lengthened by at most.
LEAST, PADDING = 400, 100


@async_only_middleware
def compress(get_response: Next) -> Next:
    """Middleware around the one that serves files, too."""
    files: dict[tuple[str, str], bytes] = {}

    async def layer(request: HttpRequest) -> HttpResponseBase:
        answer = await get_response(request)
        if answer.headers.get("Content-Type", "").split(";")[0] not in TEXT or answer.status_code == 206:
            return answer
        patch_vary_headers(answer, ["Accept-Encoding"])
        if request.method == "HEAD" or not takes_gzip(request.headers.get("Accept-Encoding", "")):
            return answer
        if isinstance(answer, HttpResponse) and len(answer.content) >= LEAST:
            answer.content = compress_string(answer.content, max_random_bytes=PADDING)
            answer.headers["Content-Encoding"] = "gzip"
            answer.headers["Content-Length"] = str(len(answer.content))
        elif isinstance(answer, StreamingHttpResponse) and _is_file(request, answer):
            key = request.path_info, answer.headers.get("Last-Modified", "")
            if key not in files:
                files[key] = gzip.compress(b"".join([part async for part in answer]), 9, mtime=0)
            answer.close()
            headers = dict(answer.headers) | {
                "Content-Encoding": "gzip",
                "Content-Length": str(len(files[key])),
            }
            headers.pop("ETag", None)  # it names the other bytes; Last-Modified is asked about instead
            return HttpResponse(files[key], headers=headers)
        return answer

    return layer


def takes_gzip(header: str) -> bool:
    """Whether Accept-Encoding asks for gzip at least as much as for bytes as they are (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        coding, _semicolon, weight = part.partition(";")
        weights[coding.strip()] = _weight(weight)
    wanted = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return wanted > 0 and wanted >= weights.get("identity", 0.0)


def _weight(text: str) -> float:
    """``q=0.5`` → 0.5; 1 where nothing is said, 0 where it is no weight: plain bytes everybody reads."""
    if not text.strip():
        return 1.0
    said = WEIGHT.fullmatch(text.strip())
    return float(said[1]) if said else 0.0


def _is_file(request: HttpRequest, answer: HttpResponseBase) -> bool:
    """A whole file of ours that is worth it."""
    whole = answer.status_code == 200 and int(answer.headers.get("Content-Length", 0)) >= LEAST
    return whole and request.path_info.startswith(settings.STATIC_URL)
