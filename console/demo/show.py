"""The demo from its start to its end: what is done in which order, and what is said about it."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple, TextIO
from urllib.parse import urlencode, urlsplit

import orjson
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.management import call_command
from django.db import Error, connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console import budget, database, own_steps
from console.demo import breaks, ground, papers
from console.demo.breaks import Breaks
from console.demo.catalogue import CURRENCIES, CUSTOMERS, PRODUCTS
from console.demo.errands import Errands
from console.demo.gate import Gate, socket_of
from console.demo.shopper import Shopper
from console.demo.spare import Spare
from console.demo.steps import Steps
from console.demo.supply import ACTOR, open_shop, top_up
from console.demo.tasks import furnish
from console.demo.traffic import Opening, Traffic, open_with
from console.demo.upstream import HOST, Upstream
from console.driver import Application, Message, Receive, Scope, Send
from console.server import Server
from console.transport import cookie_names, is_loopback
from jobs import db
from jobs.engine import process
from jobs.models import Pace
from orders import store
from orders.clients import create_token
from orders.ledger_check import Problem, check

#: Orders a new shop opens with.
OPENING = 100
#: Seconds the ledger check may hold up the sign-in link.
CHECK_PATIENCE = 1.0


class Options(NamedTuple):
    """rate is orders a second; seconds is how long to stay once the link is there (None: until a signal)."""

    port: int
    rate: float
    seconds: float | None
    json: bool
    reset: bool
    database_url: str
    built_in: bool


class Show:
    """One run of the demo. ``out`` gets the line of ``--json``; everything else goes through ``steps``."""

    def __init__(self, options: Options, steps: Steps, out: TextIO) -> None:
        self._options = options
        self._steps = steps
        self._out = out
        self._dice = Random()  # noqa: S311 (a toy)
        self._shopper = Shopper(self._dice)
        self._upstream = Upstream(self._dice)
        self._hosts: list[str] = []
        self._gate: Gate | None = None
        self._spare: Spare | None = None

    def run(self) -> int:
        """The whole of it; returns the exit code. Raises CommandError for somebody else's database."""
        self._prepare()
        _plain_http()
        settings.ROOT_URLCONF = "console.demo.urls"
        from console.asgi import build  # it reads the settings once
        from console.lifespan import Life

        furnish(settings.JOBS)
        try:
            self._stand_between()
            self._life = Life()
            self._server = Server(
                self._with_carriers(build(self._life)), HOST, self._options.port, port_search=True
            )
            return self._server.run(before_ready=self._fill, after_ready=self._open)
        finally:
            self._leave()

    def _stand_between(self) -> None:
        """From now on the demo goes to its database through a gate, where it can have one."""
        settings_of = connection.settings_dict
        target = socket_of(settings_of)
        if target is not None and not settings.DATABASE_POOLED:
            self._gate = Gate(target)
            self._gate.open()
            self._straight, settings_of["HOST"] = settings_of["HOST"], str(self._gate.folder)

    def _prepare(self) -> None:
        with self._steps.step(_("database")) as step:
            step.before = database.seconds_taken
            connection.ensure_connection()
            version = ".".join(map(str, connection.get_database_version()))
            step.detail = f"PostgreSQL {version}" + (_(", built in") if self._options.built_in else "")
        if self._options.reset:
            ground.check_may_clear(built_in=self._options.built_in)
        ground.check_ours(built_in=self._options.built_in)
        with self._steps.step(_("migrations")):
            call_command("migrate", interactive=False, verbosity=0)
        if self._options.reset:
            with self._steps.step(_("reset")):
                ground.clear()
        connection.close()  # this thread needs it no more before the end

    def _with_carriers(self, application: Application) -> Application:
        """The application with the carriers up before it starts and down after it stopped."""

        async def surrounded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "lifespan":
                return await application(scope, receive, send)

            async def sending(message: Message) -> None:
                if message["type"].startswith("lifespan.shutdown"):
                    if self._spare is not None:
                        await self._spare.stop()
                    await self._upstream.stop()
                await send(message)

            with self._steps.step(_("carriers")) as step:
                await self._upstream.start()
                self._hosts = self._upstream.hosts
                settings.CARRIERS = self._upstream.carriers.copy()
                settings.FETCH_ALLOW = [*settings.FETCH_ALLOW, *self._hosts]
                step.detail = ", ".join(self._upstream.carriers)
            return await application(scope, receive, sending)

        return surrounded

    async def _fill(self) -> None:
        """Between the engine's start and the first visitor."""
        for line in filter(None, [budget.line(self._life.process), own_steps.line()]):
            self._steps.say(line, "dim")
        with self._steps.step(_("catalogue")) as step:
            await open_shop()
            await top_up()
            step.detail = _("%(products)d products, %(customers)d customers, %(currencies)d currencies") % {
                "products": len(PRODUCTS),
                "customers": len(CUSTOMERS),
                "currencies": len(CURRENCIES),
            }

    async def _open(self, port: int) -> None:
        """Beside the server: the opening hundred, the link, then the stream until the end."""
        url = f"http://{HOST}:{port}"
        if self._options.port not in (0, port):
            words = _("port %(wanted)d is taken, the next free one is %(port)d")
            self._steps.say(words % {"wanted": self._options.port, "port": port})
        user = await sync_to_async(papers.operator)()
        opening = await self._opening(user.pk)
        traffic = Traffic(self._shopper, client=user.pk, rate=self._options.rate, errands=Errands(self._dice))
        self._spare = spare = Spare(self._surroundings())
        things = Breaks(self._upstream, spare, traffic, self._gate)
        checking = asyncio.create_task(check(), name="ledger check")
        try:
            # The books of a long demo take a while to prove; nobody waits for that before the link.
            at_once, _late = await asyncio.wait({checking}, timeout=CHECK_PATIENCE)
            if at_once:
                self._tell(opening, await checking)
            link = await sync_to_async(papers.sign_in_link)(user, _way_in(url))
            self._welcome(url, link, await create_token(user.pk, papers.token_name(), actor=ACTOR))
            traffic.start()
            breaks.run(things)
            spare.begin()
            if not at_once:
                self._tell(opening, await checking)
            await self._stay()
        finally:
            checking.cancel()
            breaks.run(None)
            await things.stop()
            await traffic.stop()
            spare.dismiss()

    def _surroundings(self) -> dict[str, str]:
        """What the second process needs to know to work beside this one."""
        carriers = orjson.dumps(self._upstream.carriers).decode()
        url = self._options.database_url
        if self._gate is not None:
            url += ("&" if "?" in url else "?") + urlencode({"host": str(self._gate.folder)})
        return {"DATABASE_URL": url, "CARRIERS": carriers, "FETCH_ALLOW": ",".join(settings.FETCH_ALLOW)}

    async def _stay(self) -> None:
        """Until a signal, or for as long as was asked for, counted from the link."""
        if self._options.seconds is None:
            await asyncio.Event().wait()
        else:
            await asyncio.sleep(self._options.seconds)
            self._server.stop()

    async def _opening(self, client: int) -> Opening:
        """The opening hundred; a shop that has fulfilled as many before opens as it is."""
        async with db.connection() as conn:
            before = await store.order_counts(conn)
        if before["fulfilled"] >= OPENING:
            return Opening(Counter(before), [])
        running = process.current()
        assert running is not None
        with self._steps.step(_("opening hundred")):
            return await open_with(running, self._shopper, client=client, count=OPENING)

    def _tell(self, opening: Opening, problems: Sequence[Problem]) -> None:
        count = opening.states["fulfilled"]
        words = ngettext("%d order fulfilled", "%d orders fulfilled", count) % count
        words += ", " + (_("ledger NOT balanced") if problems else _("ledger balanced"))
        self._steps.say(words, "bold red" if problems else "bold")
        for line in (*opening.explained, *(f"{p.rule}: {p.message}" for p in problems)):
            self._steps.say(f"  {line}")

    def _welcome(self, url: str, link: str, token: str) -> None:
        """The way in. With ``--json`` only the one who reads that line gets the secrets."""
        if self._options.json:
            line: dict[str, Any] = {
                "url": url,
                "login_url": link,
                "api_token": token,
                "database_url": self._options.database_url,
            }
            self._out.write(orjson.dumps(line).decode() + "\n")
            self._out.flush()
            self._steps.say(_("Ready at %s. Ctrl-C ends it.") % url)
        else:
            self._steps.say(_("Ready. Ctrl-C ends it."))
            self._steps.say(_("Token for programs: %s") % token)
            self._steps.say(_("Sign in, once, with this link:"))
            self._steps.say(link, "bold underline")
        if not link.startswith(f"{url}/"):
            words = _(
                "It is below PUBLIC_URL: a proxy there has to pass on to %(url)s."
                " On this machine, open it below %(url)s instead."
            )
            self._steps.say(words % {"url": url})

    def _leave(self) -> None:
        """What this run made for itself goes with it. A database that is away may keep it: it is harmless."""
        if self._gate is not None:
            connection.close()
            connection.settings_dict["HOST"] = self._straight
            self._gate.close()
        with contextlib.suppress(Error):
            papers.revoke_token()
            Pace.objects.filter(key__in=[f"host:{host}" for host in self._hosts]).delete()


def _way_in(url: str) -> str:
    """Where a browser comes in: at this address, or where PUBLIC_URL says that people do."""
    public: str = settings.PUBLIC_URL
    return url if is_loopback(urlsplit(public).hostname or "") else public


def _plain_http() -> None:
    """The demo listens on loopback, where people come by http: what is for https alone would shut them out,
    whatever PUBLIC_URL says. Who comes through a proxy's https finds it open as well.
    """
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = False
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = cookie_names(https=False)
    settings.SECURE_HSTS_SECONDS = 0
