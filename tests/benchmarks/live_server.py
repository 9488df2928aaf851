"""Our server as it serves, the peer on a path beside it: ``python -m tests.benchmarks.live_server``.

It prints one line of JSON once it serves, and is told what to do at ``/bench/…``. It runs no jobs: each order
that is written is one event, not the many of its way.
"""

import asyncio
import gc
import json
import logging
import os
import resource
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import django
from asgiref.sync import sync_to_async
from django.conf import settings


class Control:
    """What the benchmark asks of the server it measures."""

    def __init__(self, life: Any) -> None:
        self.life = life
        self.statements = 0
        self._telling: asyncio.Task[None] | None = None

    def count(self, *_: Any) -> None:
        self.statements += 1

    async def answer(self, what: str, argument: str) -> dict[str, Any]:
        if what == "tell":
            side, events = argument.split(":")
            self._telling = asyncio.create_task(self._tell(side, int(events)), name="bench tell")
        if what == "cookie":
            return {"cookie": await sync_to_async(_cookie)(argument)}
        if what == "settle":
            gc.collect()
        return {
            "cpu": time.process_time(),
            "statements": self.statements,
            "sockets": len(self.life.sockets),
            "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
            "told": self._telling is None or self._telling.done(),
        }

    async def _tell(self, side: str, events: int) -> None:
        from console.live.filters import EVERYTHING
        from console.live.frames import encode, told
        from console.live.topics import Topic
        from jobs import db
        from orders.store import orders_page
        from tests.benchmarks import group

        async with db.connection() as conn:
            data = {"rows": await orders_page(conn, limit=1)}
        if side == "ours":
            await self._tell_ours(self.life.hub.watches[Topic("orders"), EVERYTHING], data, events)
        else:
            frame = told("event", "orders", "0123456789ab", 1_000, datetime.now(UTC), encode(data))
            await group.send(side, frame["text"], events)

    async def _tell_ours(self, watch: Any, data: dict[str, Any], events: int) -> None:
        """As fast as the slowest page says that it has seen."""
        from tests.benchmarks.pace import keep_pace

        readers = [subscription.reader for subscription in watch.subscriptions]
        for number in range(events):
            await keep_pace(number, lambda _: max(reader.unseen for reader in readers))
            await self.life.hub.tell(watch, [data])


def _cookie(username: str) -> str:
    """A session of this user, as a sign-in makes it."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model

    user = get_user_model().objects.get(username=username)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _application(control: Control) -> Any:
    """The product's application, with the benchmark's paths in front."""
    from console.asgi import build
    from tests.benchmarks.group import MemoryConsumer, RedisConsumer

    ours = build(control.life)
    peers = {"/bench/memory": MemoryConsumer.as_asgi(), "/bench/redis": RedisConsumer.as_asgi()}

    async def application(scope: Any, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        if scope["type"] == "websocket" and path in peers:
            await peers[path](scope, receive, send)
        elif scope["type"] == "http" and path.startswith("/bench/"):
            answer = await control.answer(path.removeprefix("/bench/"), scope["query_string"].decode())
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": json.dumps(answer).encode()})
        else:
            await ours(scope, receive, send)

    return application


def _count_statements(control: Control) -> None:
    """Those of the pool and those of the ORM."""
    from django.db.backends.signals import connection_created

    from jobs import db

    set_codecs = db.set_codecs

    async def counted(conn: Any) -> None:
        await set_codecs(conn)
        conn.add_query_logger(control.count)

    def wrapper(execute: Any, *args: Any) -> Any:
        control.count()
        return execute(*args)

    def also_counted(connection: Any, **_: Any) -> None:
        if wrapper not in connection.execute_wrappers:  # one object connects again and again
            connection.execute_wrappers.append(wrapper)

    db.set_codecs = counted
    connection_created.connect(also_counted, weak=False)


async def _say(port: int) -> None:
    sys.stdout.write(json.dumps({"port": port, "pid": os.getpid()}) + "\n")
    sys.stdout.flush()


def main(redis_port: int | None) -> int:
    from tests.benchmarks.group import layers

    settings.CHANNEL_LAYERS = layers(redis_port)
    from console.lifespan import Life
    from console.server import Server

    logging.getLogger("console.server").setLevel(logging.ERROR)  # that it stops is no news here
    control = Control(Life(run_jobs=False))
    _count_statements(control)
    return Server(_application(control), "127.0.0.1", 0).run(after_ready=_say)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    django.setup()
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else None))
