"""Everything there is, tried as everybody: pages, API, socket. The table in role_table.py says who may."""

import re
from dataclasses import dataclass, field
from random import Random

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group, User
from django.test import AsyncClient, RequestFactory
from django.urls import URLPattern, get_resolver

from console.admin import site
from console.api.app import api
from console.api.handler import ApiHandler
from console.demo import breaks
from console.demo.breaks import Breaks
from console.demo.shopper import Shopper
from console.demo.spare import Spare
from console.demo.traffic import Traffic
from console.demo.upstream import Upstream
from console.live import topics
from console.live.hub import Hub
from console.live.person import Credential, Person
from console.live.socket import Socket
from orders.clients import create_token
from tests.console.api.caller import Caller
from tests.console.live.conftest import ORIGIN, Desk, Seat
from tests.console.role_table import (
    ADMIN,
    ADMINISTRATION,
    API,
    DEMO,
    DOCUMENT,
    KINDS,
    NOBODY,
    PAGES,
    SOCKET,
    may,
    render,
)

ZERO = "00000000-0000-7000-8000-000000000000"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
#: Besides KINDS: somebody who was an admin and is disabled. They may what nobody may.
DISABLED = "disabled"
EVERYBODY = (*KINDS, DISABLED)


def patterns(resolver=None, prefix="/"):
    """Every (route, pattern) of the site, includes and all."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, entry
        else:
            yield from patterns(entry, route)


def of_pages(route):
    return not route.startswith(("/api/", "/admin/"))


def filled(route):
    """An address of this route, where nothing is."""
    route = re.sub(r"[<{](\w+:)?id[>}]", ZERO, route)
    return (
        route.replace("<str:secret>", "no-such-link-no-such-link")
        .replace("<path:code>", "cash:XXX")
        .replace("<str:kind>", "slow")
    )


@dataclass
class Cast:
    """One of each kind, with a browser and a program."""

    browsers: dict = field(default_factory=dict)
    programs: dict = field(default_factory=dict)
    users: dict = field(default_factory=dict)

    async def hire(self, kind):
        self.browsers[kind] = browser = AsyncClient()
        token = None
        if kind != NOBODY:
            user = await sync_to_async(User.objects.create_user)(kind)
            role = "admin" if kind == DISABLED else kind
            await user.groups.aset([group async for group in Group.objects.filter(name=role)])
            await browser.aforce_login(user)
            token = await create_token(user.pk, kind)
            self.users[kind] = user
        self.programs[kind] = Caller(ApiHandler(), token)


@pytest_asyncio.fixture
async def cast(database):
    cast = Cast()
    for kind in EVERYBODY:
        await cast.hire(kind)
    await User.objects.filter(username=DISABLED).aupdate(is_active=False)
    return cast


def expected(level):
    return {kind: may(NOBODY if kind == DISABLED else kind, level) for kind in EVERYBODY}


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────


def let_in(answer):
    """Neither refused nor sent to sign in."""
    to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in/?next=")
    return not to_sign_in and answer.status_code not in (401, 403)


async def answers(cast, method, route):
    """What each kind gets. Each answer is a new session's where the address begins or ends one."""
    found = {}
    for kind in EVERYBODY:
        browser = cast.browsers[kind]
        if route in ("/sign-in/", "/sign-out/") and kind in cast.users:
            browser = AsyncClient()
            if kind != DISABLED:
                await browser.aforce_login(cast.users[kind])
        found[kind] = await browser.generic(method, filled(route))
    return found


async def test_every_page_lets_in_whom_the_table_says_and_nobody_else(cast, subtests, caplog):
    caplog.set_level("CRITICAL")
    await each_lets_in(PAGES, [route for route, _pattern in patterns() if of_pages(route)], cast, subtests)


async def test_every_page_of_the_demo_lets_in_whom_the_table_says(cast, subtests, caplog, settings):
    caplog.set_level("CRITICAL")
    settings.ROOT_URLCONF = "console.demo.urls"
    things = Breaks(Upstream(Random(1)), Spare({}), Traffic(Shopper(Random(1)), client=1, rate=0), None)
    breaks.run(things)
    try:
        routes = {route for route, _pattern in patterns(get_resolver("console.demo.urls"))}
        await each_lets_in(
            DEMO,
            sorted(routes - {route for route, _ in patterns(get_resolver("console.urls"))}),
            cast,
            subtests,
        )
    finally:
        breaks.run(None)
        await things.stop()


async def each_lets_in(table, routes, cast, subtests):
    """Every method at each of these routes, as everybody."""
    tried = set()
    for route in routes:
        for method in METHODS:
            action = f"{method} {route}"
            level = table.get(action)
            found = await answers(cast, method, route)
            statuses = {kind: answer.status_code for kind, answer in found.items()}
            with subtests.test(action):
                if level is None:
                    refused = 405 in (statuses["admin"], statuses[NOBODY])
                    assert refused, f"{action} has no row in role_table.py: {statuses}"
                else:
                    assert statuses["admin"] != 405
                    assert {kind: let_in(answer) for kind, answer in found.items()} == expected(level)
                    tried.add(action)
    assert set(table) == tried


# ── administration ───────────────────────────────────────────────────────────────────────────────────────


async def test_no_address_of_the_administration_lets_in_anybody_else(cast, caplog):
    caplog.set_level("CRITICAL")
    routes = {route for route, _pattern in patterns() if route.startswith("/admin/")}
    assert len(routes) > 50
    for route in routes - {
        "/admin/logout/",
        "/admin/login/",
    }:  # out is for everybody; in leads to our own door
        address = re.sub(r"<\w+:\w+>", "1", route).replace("(?P<app_label>auth|orders|jobs)/$", "orders/")
        for kind in (NOBODY, DISABLED, "operator"):
            answer = await cast.browsers[kind].post(address)
            assert not let_in(answer), f"{kind} {route}: {answer.status_code}"
            assert answer.status_code == (403 if kind == "operator" else 302), f"{kind} {route}"


def both(asked, request):
    """May they enter, and is it theirs to do?"""
    return site.has_permission(request) and asked(request)


async def test_the_administration_allows_each_what_the_table_says(cast):
    allowed = {}
    for kind, user in cast.users.items():
        request = RequestFactory().get("/admin/")
        request.user = await User.objects.aget(pk=user.pk)
        for model, kept in site._registry.items():
            for verb in ("view", "add", "change", "delete"):
                may_do = await sync_to_async(both)(getattr(kept, f"has_{verb}_permission"), request)
                allowed.setdefault(f"{verb} {model.__name__}", set()).update({kind} if may_do else ())
    assert {action: {ADMIN} for action in ADMINISTRATION} == {a: who for a, who in allowed.items() if who}


# ── API ──────────────────────────────────────────────────────────────────────────────────────────────────


def ninjas():
    """Every operation the API object knows, as method and address."""
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    yield f"{method} /api/v1{prefix}{path}".rstrip("/")


def test_every_operation_and_every_address_below_api_has_a_row():
    assert {*ninjas(), "GET /api/v1/openapi.json"} == set(API)
    routes = {
        route.replace("<", "{").replace(">", "}") for route, _ in patterns() if route.startswith("/api/")
    }
    # Ninja's own first address is there for its name's sake, and answers 404.
    assert {route.rstrip("/") for route in routes} - {"/api/v1"} == {row.split()[1] for row in API}


async def test_every_operation_lets_in_whom_the_table_says_and_nobody_else(cast, subtests):
    for action, level in API.items():
        method, route = action.split()
        path = filled(route).removeprefix("/api/v1")
        statuses = {}
        for kind in EVERYBODY:
            statuses[kind] = (await cast.programs[kind].call(method, path)).status
        with subtests.test(action):
            assert {kind: status not in (401, 403) for kind, status in statuses.items()} == expected(level), (
                statuses
            )


# ── socket ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest_asyncio.fixture
async def desk(database, settings):
    settings.ALLOWED_HOSTS = ["desk.example"]
    desk = Desk()
    await desk.hub.start()
    yield desk
    for communicator in desk.open:
        await communicator.send_input({"type": "websocket.disconnect", "code": 1000})
        await communicator.wait(timeout=10)
    await desk.hub.stop()


def commands():
    """Every command of a socket, and ``subscribe`` once for each topic."""

    async def send(message):
        return None

    person = Person(1, "ada", frozenset())
    known = Socket(Hub(), person, Credential("token", ""), send)._commands
    kinds = ("dashboard", *topics.LISTS, *topics.DETAILS)
    return {*known, *(f"subscribe {kind}" for kind in kinds)} - {"subscribe"}


def test_every_command_and_topic_has_a_row():
    assert commands() | {"connect"} == set(SOCKET)


async def is_refused(seat, action):
    """Whether this command is answered with ``forbidden``."""
    command, _, topic = action.partition(" ")
    if topic in topics.DETAILS:
        topic += ":1" if topic == "account" else f":{ZERO}"
    await seat.send(type=command, id=action, topic=topic or "orders", seq=0, key="k", order={})
    frame = await seat.frame()
    while frame.get("id") != action:
        frame = await seat.frame()
    return frame.get("code") == "forbidden"


@pytest.mark.parametrize("door", ["cookie", "token"])
async def test_the_socket_takes_from_each_what_the_table_says(cast, desk, door, subtests):
    for kind in EVERYBODY:
        if door == "token":
            token = cast.programs[kind].token or "hr_none"
            headers = [(b"authorization", f"Bearer {token}".encode())]
        else:
            cookie = cast.browsers[kind].cookies.get("sessionid")
            headers = [(b"cookie", f"sessionid={cookie.value}".encode())] if cookie else []
            headers.append((b"origin", ORIGIN))
        accepted, _detail, communicator = await desk.knock(*headers)
        with subtests.test(f"{kind} connects"):
            assert accepted == expected(SOCKET["connect"])[kind]
        if not accepted:
            desk.open.remove(communicator)
            continue
        seat = Seat(communicator)
        for action, level in SOCKET.items():
            if action != "connect":
                with subtests.test(f"{kind}: {action}"):
                    assert await is_refused(seat, action) != expected(level)[kind]


# ── the document ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_document_is_the_table():
    assert DOCUMENT.read_text() == render(), "python -m tests.console.role_table writes it"
