"""The ASGI application: pages, the API, sockets, and the life of the process that serves them."""

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django_application = get_asgi_application()  # sets Django up, which what follows needs

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from console.api.handler import ApiHandler  # noqa: E402
from console.driver import Application, Receive, Scope, Send  # noqa: E402
from console.lifespan import Life, lifespan  # noqa: E402
from console.live.doors import doors, refuse  # noqa: E402
from console.media import readable  # noqa: E402


def build(life: Life) -> Application:
    """The application of one process, whose engine and hub are this life's."""
    api = ApiHandler()

    async def http(scope: Scope, receive: Receive, send: Send) -> None:
        handler: Any = api if scope["path"].startswith("/api/") else django_application
        await handler(readable(scope), receive, send)

    behind_doors: Any = doors(life.sockets)  # Channels' routes lead to applications, not to views
    nowhere: Any = refuse
    sockets = URLRouter([path("ws/v1/", behind_doors), re_path("", nowhere)])
    return ProtocolTypeRouter({"http": http, "websocket": sockets, "lifespan": lifespan(life)})


application = build(Life())
