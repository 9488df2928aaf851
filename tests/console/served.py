"""A small ASGI application under our server, as a process of its own: ``python -m tests.console.served``.

It prints what happens to it, a line each.
"""

import asyncio
import sys

from console import request
from console import server as servers
from console.server import Server

sys.stdout.reconfigure(line_buffering=True)
if "--impatient" in sys.argv:
    request.PATIENCE = 1.0
if "--hasty" in sys.argv:
    servers.FAREWELL = 3.0


def say(*words):
    print(*words)  # noqa: T201


async def lifespan(scope, receive, send):
    house = scope["extensions"]["headrace.server"]
    await receive()
    say("starting")
    if "--start-slowly" in sys.argv:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            say("start undone")
            raise
    if "--fail" in sys.argv:
        await send({"type": "lifespan.startup.failed", "message": "the well is dry"})
        return
    await send({"type": "lifespan.startup.complete"})
    await receive()
    say("draining")
    if "--drain" in sys.argv:
        await house.hurry.wait()
        say("hurried")
    await house.finish_requests()
    say("finished")
    if "--linger" in sys.argv:
        await house.hurry.wait()
    await send({"type": "lifespan.shutdown.complete"})


async def websocket(scope, receive, send):
    await receive()
    if scope["path"].startswith("/refused"):
        code = int(scope["path"].removeprefix("/refused/"))
        return await send({"type": "websocket.close", "code": code})
    await send({"type": "websocket.accept"})
    if scope["path"] == "/returned":
        say("returned")
        return None
    if scope["path"].startswith("/close/"):
        return await send({"type": "websocket.close", "code": int(scope["path"].removeprefix("/close/"))})
    if scope["path"] == "/large":
        await send({"type": "websocket.send", "text": "x" * (3 << 20)})
    if scope["path"].startswith("/two/"):
        text = "é" * int(scope["path"].removeprefix("/two/"))
        await send({"type": "websocket.send", "text": text})
        await send({"type": "websocket.send", "text": "last"})
        await send({"type": "websocket.close", "code": 1000})
        return say("bye")
    if scope["path"] == "/flood":
        for _ in range(10_000):
            await send({"type": "websocket.send", "text": "x" * 65_536})
    if scope["path"] == "/behind":
        await behind(receive)
    if scope["path"] == "/echo":
        await echo(receive, send)
    say("live")
    try:
        while (await receive())["type"] != "websocket.disconnect":
            pass
    finally:
        say("finally")


async def behind(receive):
    """Take nothing until no more comes in, say how much waits, then take it all."""
    queue, before = receive.__self__, 0
    while not before or queue.qsize() > before:
        before = queue.qsize()
        await asyncio.sleep(0.2)
    say("waiting", before)
    taken = 0
    while (await receive())["text"] != "last":
        taken += 1
    say("taken", taken)


async def echo(receive, send):
    """Answer each frame with one much larger, until the last."""
    answered = 0
    while (await receive())["text"] != "last":
        await send({"type": "websocket.send", "text": "x" * 2_000})
        answered += 1
        if answered % 1_000 == 0:
            say("answered", answered)


async def took(scope, receive):
    """Say what came of a body: its bytes, and its length by the headers."""
    seen, more = 0, True
    while more:
        message = await receive()
        seen, more = seen + len(message["body"]), message["more_body"]
    headers = dict(scope["headers"])
    say("took", seen, headers.get(b"content-length", b"none").decode(), repr(scope["root_path"]))


async def http(scope, receive, send):
    if scope["path"] == "/took":
        await took(scope, receive)
    if scope["path"] == "/parts":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(3):
            await send({"type": "http.response.body", "body": b"x" * 65_536, "more_body": True})
        await send({"type": "http.response.body", "body": b"the end"})
        return
    if scope["path"] == "/fail":
        raise ZeroDivisionError
    if scope["path"] == "/slow":
        say("slow")
        await asyncio.sleep(0.3)
    if scope["path"] == "/stuck":
        say("stuck")
        try:
            await asyncio.Event().wait()
        finally:
            say("unstuck")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"served"})


async def application(scope, receive, send):
    await {"lifespan": lifespan, "websocket": websocket, "http": http}[scope["type"]](scope, receive, send)


async def before_ready():
    say("before ready")


async def after_ready(port):
    say("ready", port)
    if "--companion-fails" in sys.argv:
        raise RuntimeError("no more traffic")


if __name__ == "__main__":
    server = Server(application, "127.0.0.1", int(sys.argv[1]), port_search="--search" in sys.argv)
    code = server.run(before_ready=before_ready, after_ready=after_ready)
    if "--stay" in sys.argv:
        say("over")
        sys.stdin.read()
    sys.exit(code)
