"""Daphne's server with a lifespan: it listens after the start-up, and stops in order.

Daphne alone never sends lifespan, listens before its application is ready, cancels running requests at
SIGTERM, ignores a second one, and one connection whose application has returned makes its shutdown raise
and tell nobody else.
"""

from daphne import server as daphne  # isort: skip  (installs Twisted's asyncio reactor, so it comes first)

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Coroutine
from http import HTTPStatus
from typing import Any

from daphne.ws_protocol import WebSocketFactory
from django.conf import settings
from django.core.exceptions import RequestAborted
from twisted.internet import defer, reactor
from twisted.internet.error import CannotListenError
from twisted.logger import STDLibLogObserver, globalLogBeginner
from twisted.web import http

from console.driver import Application, Driver, Message, Receive, Scope, Send, StartupFailed
from console.request import Factory
from console.size import MAX_BODY
from console.wire import MAX_UNSENT, TRY_AGAIN, Wire, unsent

log = logging.getLogger(__name__)

#: Seconds running requests get to end once nobody is let in any more, and then to end when cancelled.
REQUEST_GRACE = 3.0
CANCEL_GRACE = 5.0
#: Seconds the application's own shutdown may take beyond the grace of its running jobs.
SHUTDOWN_MARGIN = 20.0
#: Seconds a client has to answer a close: autobahn gives one, which is short for who still reads megabytes.
#: Then the line is cut, and what was on its way is lost. (It counts whole seconds: up to one less.)
FAREWELL = 5.0
#: Connections that may wait to be taken. Past it the kernel drops them and they come again a second later:
#: Twisted's 50 are few where a thousand pages come back at once.
BACKLOG = 1024
#: What is known of a connection nobody knows.
GONE = {"disconnected": 0.0}
#: Ports tried after the one asked for.
PORT_SEARCH = 50


class PortTaken(Exception):
    """The address cannot be listened on; the message says why."""


class Server(daphne.Server):  # type: ignore[misc]
    """One application on one TCP address, until SIGINT, SIGTERM or ``stop()``.

    ``port_search`` takes the next free port where this one is taken.
    """

    def __init__(self, application: Application, host: str, port: int, *, port_search: bool = False) -> None:
        super().__init__(
            application,
            endpoints=[f"tcp:{port}:interface={host}"],
            signal_handlers=False,
            server_name="",
            ping_interval=20,
            ping_timeout=30,
        )
        self.host, self.port, self.port_search = host, port, port_search
        self.ports: list[Any] = []
        self.connections: dict[Any, dict[str, Any]] = {}
        self.exit_code = 0
        self._closed = False
        self.stopping = asyncio.Event()
        #: Set by the second signal: no drain, hand back and go.
        self.hurry = asyncio.Event()
        self.driver = Driver(application, {"headrace.server": self})
        #: Sockets with frames that wait for the loop's next turn.
        self._unflushed: list[Wire] = []

    # ── one run ──────────────────────────────────────────────────────────────────────────────────────────

    def run(
        self,
        *,
        before_ready: Callable[[], Awaitable[None]] | None = None,
        after_ready: Callable[[int], Awaitable[None]] | None = None,
        debug: bool = False,
    ) -> int:
        """Serve until stopped; a process can do this once. Returns the exit code.

        ``before_ready`` runs after the application's start-up and before anybody is let in; ``after_ready``
        gets the port and runs beside the server: cancelled at the stop, ending it with 1 if it raises.
        ``debug`` is asyncio's debug mode.
        """
        self._make_factories()
        loop = reactor._asyncioEventloop
        asyncio.set_event_loop(loop)
        loop.set_debug(debug)
        loop.set_exception_handler(_complain)
        main = loop.create_task(self._main(before_ready, after_ready), name="server")
        main.add_done_callback(lambda _: reactor.stop())
        reactor.addSystemEventTrigger("before", "shutdown", self.kill_all_applications)
        reactor.callLater(1, self.application_checker)
        reactor.callLater(2, self.timeout_checker)
        reactor.run(installSignalHandlers=False)
        _sweep(loop)
        _ignore_signals(loop)
        main.result()
        return self.exit_code

    def _make_factories(self) -> None:
        logging.getLogger("twisted").setLevel(logging.ERROR)
        globalLogBeginner.beginLoggingTo(
            [STDLibLogObserver("twisted")], redirectStandardIO=False, discardBuffer=True
        )
        # Twisted's table of reasons is older than 422.
        http.RESPONSES.update({status.value: status.phrase.encode() for status in HTTPStatus})
        self.http_factory = Factory(self)
        self.ws_factory = WebSocketFactory(self, server=self.server_name)
        self.ws_factory.protocol = Wire
        self.ws_factory.setProtocolOptions(
            autoPingTimeout=self.ping_timeout,
            allowNullOrigin=True,
            openHandshakeTimeout=self.websocket_handshake_timeout,
            closeHandshakeTimeout=FAREWELL,
            maxMessagePayloadSize=MAX_BODY,
            maxFramePayloadSize=MAX_BODY,
            failByDrop=False,  # a broken frame is answered with its close code, not with a cut line
        )

    async def _main(
        self,
        before_ready: Callable[[], Awaitable[None]] | None,
        after_ready: Callable[[int], Awaitable[None]] | None,
    ) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._on_signal)
        companion: asyncio.Task[None] | None = None
        try:
            await self._unless_stopped(self._start(before_ready))
            if after_ready and not self.stopping.is_set():
                companion = asyncio.create_task(self._accompany(after_ready(self.port)), name="after ready")
            await self.stopping.wait()
        except (StartupFailed, PortTaken) as failure:
            log.error("Cannot start: %s", failure)
            self.exit_code = 1
        finally:
            await _cancelled(companion)
            await self.driver.stop(settings.JOBS["GRACE"] + SHUTDOWN_MARGIN)

    async def _start(self, before_ready: Callable[[], Awaitable[None]] | None) -> None:
        await self.driver.start()
        if before_ready:
            await before_ready()
        # What the start has made stays: each full collection walked it, too, and held the loop for 90 ms.
        gc.collect()
        gc.freeze()
        self._listen()

    async def _unless_stopped(self, work: Coroutine[Any, Any, None]) -> None:
        """Await ``work``, but cancel it when a stop is asked for first."""
        doing = asyncio.create_task(work, name="start")
        stop = asyncio.create_task(self.stopping.wait(), name="stop asked")
        try:
            await asyncio.wait([doing, stop], return_when=asyncio.FIRST_COMPLETED)
            if doing.done():
                doing.result()
        finally:
            stop.cancel()
            await _cancelled(doing)

    async def _accompany(self, work: Awaitable[None]) -> None:
        """What runs beside the server: its end changes nothing, its failure ends the server with 1."""
        try:
            await work
        except Exception:
            log.exception("What ran beside the server failed; stopping")
            self.exit_code = 1
            self.stop()

    # ── stopping ─────────────────────────────────────────────────────────────────────────────────────────

    def stop(self) -> None:
        """Stop in order. Called again, skip the drain."""
        if self.stopping.is_set():
            self.hurry.set()
        self.stopping.set()

    def _on_signal(self) -> None:
        log.warning("Stopping at once" if self.stopping.is_set() else "Stopping; again skips the drain")
        self.stop()

    async def finish_requests(self) -> None:
        """Let nobody in any more, let running requests end, cancel what is left. Bounded, safe twice: what
        did not end when it was cancelled has no second grace.
        """
        if self._closed:
            return
        self._closed = True
        ports, self.ports = self.ports, []
        for port in ports:
            port.stopListening()
        self.application = closed  # for what still comes on connections that are kept open
        await self._gone(0.0 if self.hurry.is_set() else REQUEST_GRACE)
        for running in self._running():
            running.cancel()
        await self._gone(CANCEL_GRACE)

    def kill_all_applications(self) -> Any:
        """What Twisted waits for before it lets the reactor end."""
        return defer.Deferred.fromFuture(asyncio.ensure_future(self.finish_requests()))

    def is_served(self, protocol: Any) -> bool:
        """Whether this connection's application still runs."""
        task = self.connections.get(protocol, {}).get("application_instance")
        return task is not None and not task.done()

    def _running(self) -> list[asyncio.Future[None]]:
        tasks = [details.get("application_instance") for details in self.connections.values()]
        return [task for task in tasks if task is not None and not task.done()]

    async def _gone(self, timeout: float) -> None:
        if running := self._running():
            await asyncio.wait(running, timeout=timeout)

    # ── listening ────────────────────────────────────────────────────────────────────────────────────────

    def _listen(self) -> None:
        """Listen on the port asked for, or on the next free one where that is wanted. Raises PortTaken."""
        try:
            address = socket.getaddrinfo(self.host, None, type=socket.SOCK_STREAM)[0][4][0]
        except socket.gaierror as failure:
            raise PortTaken(f"there is no address {self.host!r} to listen on") from failure
        if not 0 <= self.port <= 65_535:
            raise PortTaken(f"there is no port {self.port}")
        last = self.port + (PORT_SEARCH if self.port_search and self.port else 0)
        for port in range(self.port, min(last, 65_535) + 1):
            try:
                listening = reactor.listenTCP(port, self.http_factory, backlog=BACKLOG, interface=address)
            except CannotListenError as failure:
                reason = failure.socketError
                continue
            self.ports.append(listening)
            self.port = listening.getHost().port
            return
        raise PortTaken(f"cannot listen on {self.host}:{self.port}: {reason}")

    # ── Daphne's traps ───────────────────────────────────────────────────────────────────────────────────

    def application_checker(self) -> None:
        """Daphne's once-a-second look; one connection's mistake does not end it for all."""
        try:
            super().application_checker()
        except Exception:
            log.exception("A connection could not be looked after")
            reactor.callLater(1, self.application_checker)

    def timeout_checker(self) -> None:
        """Daphne's look for time-outs and pings, as robust."""
        try:
            super().timeout_checker()
        except Exception:
            log.exception("A connection could not be looked after")
            reactor.callLater(2, self.timeout_checker)

    async def handle_reply(self, protocol: Any, message: Message) -> None:
        """Pass the application's message on. A socket that does not read is cut, before it costs memory."""
        if message["type"] != "websocket.send":
            await super().handle_reply(protocol, message)
            return
        if "disconnected" in self.connections.get(protocol, GONE):
            return
        protocol.handle_reply(message)
        if unsent(protocol.transport) > MAX_UNSENT:
            log.warning("%r does not read; cut", protocol)
            protocol.dropConnection(abort=True)
            self.protocol_disconnected(protocol)

    def flush_soon(self, wire: Wire) -> None:
        """Write at the loop's next turn what waits there: one call of the loop's for all sockets.

        One for each would cost a sixth of what a frame does (measured).
        """
        if not self._unflushed:
            asyncio.get_running_loop().call_soon(self._flush)
        self._unflushed.append(wire)

    def _flush(self) -> None:
        wires, self._unflushed = self._unflushed, []
        for wire in wires:
            wire.flush()


async def _cancelled(task: asyncio.Task[None] | None) -> None:
    """Cancel the task and wait a bounded time for its end; its exception is the task's own affair."""
    if task is not None and not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=CANCEL_GRACE)


def _complain(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """asyncio's, but for what Django leaves behind where a client is gone before its cancelled request is."""
    if not isinstance(context.get("exception"), RequestAborted):
        loop.default_exception_handler(context)


async def closed(scope: Scope, receive: Receive, send: Send) -> None:
    """What is served once the house is closed: come back in a moment, to whoever serves then."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": TRY_AGAIN})
        return
    headers = [(b"retry-after", b"1"), (b"connection", b"close"), (b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": b"stopping\n"})


def _ignore_signals(loop: asyncio.AbstractEventLoop) -> None:
    """All is handed back: a signal that comes now must not turn a clean end into a failure."""
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.remove_signal_handler(number)
        signal.signal(number, signal.SIG_IGN)


def _sweep(loop: asyncio.AbstractEventLoop) -> None:
    """End what still runs on a loop that serves nobody any more."""
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.wait(left, timeout=CANCEL_GRACE))
    loop.run_until_complete(loop.shutdown_asyncgens())
