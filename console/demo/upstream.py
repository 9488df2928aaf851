"""The demo's outside world: three carriers, each on a loopback port of its own, as three hosts would be."""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from aiohttp import web

HOST = "127.0.0.1"

#: The heaviest parcel any of the carriers takes.
MAX_WEIGHT = 1_000


class Reply(NamedTuple):
    """What a carrier says, and how many seconds it thinks before."""

    delay: float
    status: int
    body: dict[str, Any]
    headers: dict[str, str] = {}  # noqa: RUF012 (never changed)


Carrier = Callable[[int, Random], Reply]


def swift(weight: int, dice: Random) -> Reply:
    """Good: 30 to 80 ms, but for one call in forty, when its clerk is at lunch for two seconds."""
    delay = 2.0 if dice.random() < 1 / 40 else dice.uniform(0.03, 0.08)
    return _quote(delay, 690 + 12 * weight)


def steady(weight: int, dice: Random) -> Reply:
    """Slow and never wrong: about a second and a half."""
    return _quote(dice.uniform(1.4, 1.6), 540 + 9 * weight)


def flaky(weight: int, dice: Random) -> Reply:
    """The cheapest and mostly the fastest; one call in five is told to come back later, one in six fails."""
    fate = dice.random()
    if fate < 1 / 5:
        return Reply(0.01, 429, {"error": "too many questions"}, {"Retry-After": "1"})
    if fate < 1 / 5 + 1 / 6:
        return Reply(dice.uniform(0.01, 0.2), 500, {"error": "the depot's computer is down"})
    return _quote(dice.uniform(0.01, 0.12), 490 + 8 * weight)


def _quote(delay: float, price: int) -> Reply:
    return Reply(delay, 200, {"price": price, "currency": "EUR"})


CARRIERS: dict[str, Carrier] = {"swift": swift, "steady": steady, "flaky": flaky}


class Upstream:
    """The carriers' servers, from start() to stop(). The dice decide who is slow and who fails."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._runner: web.AppRunner | None = None
        #: Carrier → the URL it quotes at; empty while the upstream is down.
        self.carriers: dict[str, str] = {}
        #: Seconds that every answer comes later than it would.
        self.late = 0.0
        self._answering = asyncio.Event()
        self._answering.set()

    @property
    def hosts(self) -> list[str]:
        """host:port of each carrier, as FETCH_ALLOW wants them."""
        return [url.split("/")[2] for url in self.carriers.values()]

    async def start(self) -> None:
        """Listen: a free port for each carrier, so that one that says 429 slows down nobody but itself."""
        app = web.Application()
        for name, carrier in CARRIERS.items():
            app.router.add_get(f"/{name}/quote", self._door(carrier))
        # A caller who hangs up (the race is won) ends the handler, too.
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1.0)
        await self._runner.setup()
        for name in CARRIERS:
            await web.TCPSite(self._runner, HOST, 0).start()
            port = self._runner.addresses[-1][1]
            self.carriers[name] = f"http://{HOST}:{port}/{name}/quote"

    async def stop(self) -> None:
        """Stop listening and hang up; harmless before start() and when stopped already."""
        runner, self._runner = self._runner, None
        self.carriers = {}
        if runner is not None:
            await runner.cleanup()

    def fall_silent(self) -> None:
        """Take calls from now on and answer none, until ``answer_again``."""
        self._answering.clear()

    def answer_again(self) -> None:
        """Answer, also those who still wait."""
        self._answering.set()

    def _door(self, carrier: Carrier) -> Callable[[web.Request], Any]:
        async def quote(request: web.Request) -> web.Response:
            await self._answering.wait()
            weight = _weight(request)
            if weight is None:
                return web.json_response({"error": "weight must be a positive number"}, status=400)
            if weight > MAX_WEIGHT:
                return web.json_response({"error": f"nothing heavier than {MAX_WEIGHT}, please"}, status=422)
            reply = carrier(weight, self._dice)
            await asyncio.sleep(reply.delay + self.late)
            return web.json_response(reply.body, status=reply.status, headers=reply.headers)

        return quote


def _weight(request: web.Request) -> int | None:
    try:
        weight = int(request.query.get("weight", "1"))
    except ValueError:
        return None
    return weight if weight > 0 else None
