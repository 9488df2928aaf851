"""All sockets of this process: let in, looked after, and ended."""

import asyncio

from console.live import frames, topics
from console.live.doors import Receive, Scope, Send
from console.live.hub import Hub
from console.live.person import who_now
from console.live.socket import (
    FORBIDDEN,
    RESTART,
    SIGNED_OUT,
    SUBPROTOCOL,
    TOO_SLOW,
    WRONG_SUBPROTOCOL,
    Socket,
)

#: Who has none of these has nothing to do here.
ANY_OF = topics.ORDERS | topics.JOBS | {"orders.add_order"}
#: Seconds a client may be behind.
BEHIND = 30.0
#: Seconds over which clients are asked to spread their return after a restart.
RETURN_WITHIN = 5.0


class Sockets:
    """The ASGI application behind the doors, and the register of who is in."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._sockets: set[Socket] = set()
        self._closed = False

    def __len__(self) -> int:
        return len(self._sockets)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        person = scope["person"]
        if self._closed or not person.permissions & ANY_OF:
            await send({"type": "websocket.close", "code": FORBIDDEN})
            return
        if SUBPROTOCOL not in scope["subprotocols"]:
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": WRONG_SUBPROTOCOL})
            return
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
        socket = Socket(self._hub, person, scope["credential"], send)
        self._sockets.add(socket)
        try:
            await socket.serve(receive)
        finally:
            self._sockets.discard(socket)

    async def check(self) -> None:
        """End the sockets of those who are not signed in any more, or may not see what they watch."""
        sockets = list(self._sockets)
        now = await who_now(socket.credential for socket in sockets)
        for socket in sockets:
            person = now[socket.credential]
            if isinstance(person, str) or person.user_id != socket.person.user_id:
                # The server under us sends no reason with a close, so it goes ahead.
                why = person if isinstance(person, str) else "logged_out"
                await socket.send(frames.message({"type": "signed_out", "why": why}))
                await socket.close(SIGNED_OUT)
                continue
            lost_jobs = bool(topics.JOBS & socket.person.permissions - person.permissions)
            socket.person = person
            watched = [topics.parse(topic) for topic in socket.reader.subscriptions]
            if not person.permissions & ANY_OF or not all(
                person.may(*topic.permissions) for topic in watched
            ):
                await socket.close(FORBIDDEN)
            elif lost_jobs and any(topic.kind == "order" for topic in watched):
                await socket.close(RESTART)  # to come back and be told of it without its jobs

    async def drop_slow(self) -> None:
        """End the sockets whose clients have been behind for too long."""
        now = asyncio.get_running_loop().time()
        for socket in list(self._sockets):
            since = socket.reader.behind_since
            if since is not None and now - since > BEHIND:
                await socket.close(TOO_SLOW)

    async def close(self) -> None:
        """Let nobody in any more and send everybody away, with a hint when to come back."""
        self._closed = True
        hint = frames.message({"type": "restart", "return_within": RETURN_WITHIN})
        for socket in list(self._sockets):
            await socket.send(hint)
            await socket.close(RESTART)
