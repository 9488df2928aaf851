"""A hub with its sockets on the real database, and people at the other end."""

import asyncio
from importlib import import_module
from uuid import UUID

import pytest_asyncio
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.auth.models import Group
from django.urls import path, re_path

from console.live.doors import doors, refuse
from console.live.hub import Hub
from console.live.rounds import Rounds
from console.live.sockets import Sockets
from jobs.changes import outlet
from orders.catalogue import add_customers, add_products, deposit
from orders.clients import create_token
from orders.schema import OrderIn
from orders.submit import Submission, submit

HOST = b"desk.example:8000"
ORIGIN = b"http://desk.example:8000"
PATIENCE = 10


def order(quantity=1, **more):
    return {
        "customer": "C001",
        "currency": "EUR",
        "lines": [{"sku": "TEA", "quantity": quantity}],
        "reference": None,
    } | more


class Seat:
    """A client's end of an open socket."""

    def __init__(self, communicator):
        self.communicator = communicator

    async def send(self, **command):
        await self.communicator.send_json_to(command)

    async def frame(self, kind=None):
        """The next frame, or the next of this type."""
        while True:
            frame = await self.communicator.receive_json_from(timeout=PATIENCE)
            if kind in (None, frame["type"]):
                return frame

    async def subscribe(self, topic, **more):
        """Subscribe and return the snapshot, or what else comes after the ack."""
        await self.send(type="subscribe", id=f"subscribe {topic}", topic=topic, **more)
        ack = await self.frame("ack")
        assert (ack["id"], ack["data"]["topic"]) == (f"subscribe {topic}", topic)
        return await self.frame()

    async def refused(self, **command):
        """The code of the error this command is answered with."""
        await self.send(id="refused", **command)
        error = await self.frame()
        assert (error["type"], error["id"]) == ("error", "refused")
        return error["code"]

    async def closed(self):
        """The code it is closed with, whatever comes before."""
        while True:
            message = await self.communicator.receive_output(timeout=PATIENCE)
            if message["type"] == "websocket.close":
                return message["code"]

    async def silent(self):
        """Whether nothing more has been sent by now."""
        await self.send(type="ping", id="silent?")
        return (await self.frame())["id"] == "silent?"


class Desk:
    """The live side of one process, its rounds done by hand."""

    def __init__(self):
        self.hub = Hub()
        self.sockets = Sockets(self.hub)
        self.rounds = Rounds(self.hub, self.sockets)
        self.application = URLRouter([path("ws/v1/", doors(self.sockets)), re_path("", refuse)])
        self.open = []

    async def person(self, name="ada", role="operator"):
        return await sync_to_async(_person)(name, role)

    async def knock(self, *headers, path="/ws/v1/", subprotocols=("headrace.v1",)):
        """Try to connect: (let in?, subprotocol or close code, communicator)."""
        communicator = WebsocketCommunicator(
            self.application, path, [(b"host", HOST), *headers], list(subprotocols)
        )
        accepted, detail = await communicator.connect(timeout=PATIENCE)
        self.open.append(communicator)
        return accepted, detail, communicator

    async def sit(self, user=None):
        """A seat of this user, by cookie; of a new operator without one."""
        user = user or await self.person()
        cookie = await sync_to_async(cookie_of)(user)
        accepted, detail, communicator = await self.knock((b"cookie", cookie), (b"origin", ORIGIN))
        assert (accepted, detail) == (True, "headrace.v1")
        return Seat(communicator)

    async def sit_with_token(self, user):
        token = await create_token(user.pk, "test")
        accepted, _, communicator = await self.knock((b"authorization", f"Bearer {token}".encode()))
        assert accepted
        return Seat(communicator)

    async def submit(self, **more):
        """Somebody else's order."""
        submission = Submission(OrderIn.model_validate(order(**more)))
        (answer,) = await submit([submission], client=0, actor="user:eve", door="form")
        assert isinstance(answer.id, UUID), answer
        return answer


def _person(name, role):
    user = get_user_model().objects.create_user(name, password="correct horse")
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def cookie_of(user):
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}".encode()


@pytest_asyncio.fixture
async def desk(database, settings):
    settings.ALLOWED_HOSTS = ["desk.example"]
    await add_products([{"sku": "TEA", "name": "Tea", "currency": "EUR", "price": 450, "on_hand": 10}])
    await add_customers([{"code": "C001", "name": "Ada", "currencies": ["EUR"]}])
    await deposit("C001", "EUR", 10_000, "opening", "command:test", "opening")
    desk = Desk()

    async def publish(changes):
        desk.hub.hear(changes)

    before, outlet.publish = outlet.publish, publish
    await desk.hub.start()
    try:
        yield desk
    finally:
        outlet.publish = before
        for communicator in desk.open:
            await communicator.send_input({"type": "websocket.disconnect", "code": 1000})
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(seat.future for seat in desk.open), return_exceptions=True)
        await desk.hub.stop()
