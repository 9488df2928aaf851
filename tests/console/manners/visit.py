"""A browser's window on the console, which this process answers as whoever looks."""

from contextlib import asynccontextmanager
from random import Random

from django.conf import settings
from django.db import OperationalError
from django.shortcuts import render
from django.test import AsyncClient, RequestFactory
from django.utils.translation import override

from console.demo import breaks
from console.demo.breaks import Breaks
from console.demo.shopper import Shopper
from console.demo.spare import Spare
from console.demo.traffic import Traffic
from console.demo.upstream import Upstream
from console.views import errors
from tests.console.desk import hire, with_password
from tests.console.manners import looks
from tests.console.window import answered, sent
from tests.console.windows import SECURE, WINDOWS


class Visit:
    def __init__(self, clients):
        self.page, self.clients, self.complaints = None, clients, []
        self.answer_to_form, self.made = {}, REFUSALS
        self.client, self.language = clients[None], "en"

    async def open(self, page):
        self.page = page
        self.page.set_default_timeout(10_000)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("console", self.hear)
        await self.page.add_init_script(looks.SCRIPTS)
        await self.page.route_web_socket("**/ws/v1/", lambda socket: None)

    def hear(self, said):
        # That an answer is a refusal is what the page says.
        if said.type == "error" and "the server responded with a status of" not in said.text:
            self.complaints.append(f"console: {said.text}")

    async def answer(self, request):
        where = request.path_qs
        if request.path.startswith("/static/"):
            return await answered(self.client, request)
        made = self.answer_to_form.get(where)
        if where in self.made:
            with override(self.language):
                made = self.made[where](RequestFactory().get(where))
        return await sent(made or await self.client.get(where))

    async def see(self, look):
        self.client = self.clients[look.role]
        if look.form is not None:
            self.answer_to_form = {look.address: await self.client.post(look.address, dict(look.form))}
            assert self.answer_to_form[look.address].status_code != 302, f"{look}: the form was taken"
        await self.show(look.address)
        self.answer_to_form = {}

    async def show(self, where):
        """Go there, and wait until the page's own scripts have run."""
        self.complaints.clear()
        await self.page.goto(SECURE + where)
        await self.page.evaluate("looks.ready()")

    def speak(self, language):
        self.language = language
        for client in self.clients.values():
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = language


def without_database(request):
    try:
        raise OperationalError("no connection")
    except OperationalError:
        return errors.server_error(request)


#: Pages that no address leads to by itself.
REFUSALS = {
    "/made/400/": errors.bad_request,
    "/made/403/": errors.forbidden_form,
    "/made/413/": errors.too_large,
    "/made/429/": lambda request: render(request, "signin/locked.html", {"minutes": 15}, status=429),
    "/made/500/": errors.server_error,
    "/made/503/": without_database,
}


@asynccontextmanager
async def visiting(chrome):
    """A visit with somebody of each role, to a demo that runs."""
    breaks.run(Breaks(Upstream(Random(1)), Spare({}), Traffic(Shopper(Random(1)), client=1, rate=0), None))
    clients = {None: AsyncClient(raise_request_exception=False)}
    for role in ("viewer", "operator", "admin"):
        clients[role] = AsyncClient(raise_request_exception=False)
        user = await hire(f"{role}-with-a-rather-long-name-{'x' * 60}", role)
        if role == "viewer":  # who has none is asked for a first one where others change theirs
            user = await with_password(user, "wheel-and-water-5")
        await clients[role].aforce_login(user)
    visit = Visit(clients)
    async with WINDOWS.opened(chrome, visit.answer, locale="en-GB", timezone_id="Asia/Tokyo") as page:
        await visit.open(page)
        yield visit
    breaks.run(None)
