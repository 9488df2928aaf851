"""The few layers around the API. They are async all through: a synchronous one costs a thread's hop.

None looks whether the Host is one of ALLOWED_HOSTS. Nothing here is made out of it and no answer may be kept,
no browser adds a token by itself, so that a page under another name comes in with nothing; and a load
balancer asks for the health of this process by its address.
"""

from collections.abc import Awaitable, Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from console.api.problems import MEDIA_TYPE, of_status

Next = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


def only_problems(get_response: Next) -> Next:
    """An answer Django made by itself (no such address, no such method, a fault) becomes a problem."""

    async def layer(request: HttpRequest) -> HttpResponseBase:
        response = await get_response(request)
        if response.status_code < 400 or response.headers["Content-Type"] == MEDIA_TYPE:
            return response
        methods = response.headers.get("Allow", "")
        problem = of_status(response.status_code, methods).response()
        if methods:
            problem["Allow"] = methods
        return problem

    return layer


def language(get_response: Next) -> Next:
    """Words of a problem are in the language the client asks for with Accept-Language."""

    async def layer(request: HttpRequest) -> HttpResponseBase:
        code = translation.get_language_from_request(request)
        with translation.override(code):
            response = await get_response(request)
        response["Content-Language"] = code
        response["Vary"] = "Accept-Language, Authorization"
        return response

    return layer


#: From the outside in.
LAYERS = (language, only_problems)
