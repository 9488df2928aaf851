"""Who is let in to a socket."""

import threading
from concurrent.futures import ThreadPoolExecutor

import asyncpg
import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from console.live import doors
from console.live.doors import _same
from console.orm import base
from console.orm.seats import Seats
from orders.clients import create_token
from tests.console.live.conftest import ORIGIN, cookie_of


async def knock_with_cookie(desk, *headers, user=None, **more):
    user = user or await desk.person()
    cookie = await sync_to_async(cookie_of)(user)
    return await desk.knock((b"cookie", cookie), *headers, **more)


async def test_a_signed_in_user_on_our_own_page_is_let_in(desk):
    accepted, subprotocol, _ = await knock_with_cookie(desk, (b"origin", ORIGIN))
    assert (accepted, subprotocol) == (True, "headrace.v1")


#: One database serves a whole table here: what is refused changes nothing.
FOREIGN = {
    "no origin": [],
    "an opaque origin": [(b"origin", b"null")],
    "another site": [(b"origin", b"http://evil.example")],
    "another port of this host": [(b"origin", b"http://desk.example:3000")],
    "a file": [(b"origin", b"file://desk.example:8000")],
}


async def test_a_cookie_without_an_allowed_origin_is_refused(desk):
    user = await desk.person()
    for name, headers in FOREIGN.items():
        assert (await knock_with_cookie(desk, *headers, user=user))[0] is False, name


async def test_a_trusted_origin_is_allowed(desk, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://shop.example"]
    trusting = type(desk)()
    desk.application = trusting.application
    assert (await knock_with_cookie(desk, (b"origin", b"https://shop.example")))[0] is True


async def test_a_page_that_came_by_plain_http_is_foreign_where_cookies_are_secure(desk, settings):
    settings.SESSION_COOKIE_SECURE = True
    user = await desk.person()
    assert (await knock_with_cookie(desk, (b"origin", ORIGIN), user=user))[0] is False
    secure = ORIGIN.replace(b"http:", b"https:")
    assert (await knock_with_cookie(desk, (b"origin", secure), user=user))[0] is True


def test_a_host_that_is_an_ipv6_address_is_ours_too(settings):
    settings.ALLOWED_HOSTS = ["[::1]"]
    assert _same("[::1]:8000", "http://[::1]:8000") is True
    assert _same("[::1]:8000", "http://[::2]:8000") is False


async def test_a_host_that_is_not_ours_is_refused_although_the_origin_matches(desk, settings):
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    assert (await knock_with_cookie(desk, (b"origin", ORIGIN)))[0] is False


async def test_a_token_needs_no_origin(desk):
    seat = await desk.sit_with_token(await desk.person())
    assert (await seat.subscribe("orders"))["type"] == "snapshot"


async def test_a_wrong_token_is_refused(desk):
    for token in (b"hr_wrong", b"", b"wrong"):
        accepted, *_ = await desk.knock((b"authorization", b"Bearer " + token), (b"origin", ORIGIN))
        assert accepted is False, token


async def test_who_is_not_signed_in_is_refused(desk):
    assert (await desk.knock((b"origin", ORIGIN)))[0] is False


async def test_a_disabled_user_is_refused(desk):
    user = await desk.person()
    token = await create_token(user.pk, "test")
    user.is_active = False
    await user.asave()
    assert (await knock_with_cookie(desk, (b"origin", ORIGIN), user=user))[0] is False
    assert (await desk.knock((b"authorization", f"Bearer {token}".encode())))[0] is False


async def test_who_may_do_nothing_here_is_refused(desk):
    user = await desk.person(role=None)
    assert (await knock_with_cookie(desk, (b"origin", ORIGIN), user=user))[0] is False


async def test_another_subprotocol_is_accepted_then_closed_with_4406(desk):
    user = await desk.person()
    for subprotocols in ((), ("headrace.v2",)):
        accepted, _, communicator = await knock_with_cookie(
            desk, (b"origin", ORIGIN), user=user, subprotocols=subprotocols
        )
        assert accepted
        assert await communicator.receive_output() == {"type": "websocket.close", "code": 4406}


@pytest.mark.parametrize(
    ("seat", "door"), [(0.1, 3.0), (10.0, 0.2)], ids=["no seat comes free", "none comes free in time"]
)
async def test_who_knocks_while_every_seat_is_taken_is_told_to_come_back(desk, settings, seat, door):
    user = await desk.person()
    cookie = (b"cookie", await sync_to_async(cookie_of)(user))
    await sync_to_async(connections.close_all)()
    settings.DATABASE_ACQUIRE_TIMEOUT = seat
    taken, over = threading.Event(), threading.Event()

    def hold():
        connections["default"].ensure_connection()
        taken.set()
        over.wait(20)
        connections.close_all()

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as pool:
        patch.setattr(doors, "KNOCK", door)
        patch.setattr(base, "seats", Seats(1))
        holding = pool.submit(hold)
        assert taken.wait(10)
        try:
            assert (await desk.knock(cookie, (b"origin", ORIGIN)))[:2] == (False, 1013)
        finally:
            over.set()
        holding.result(10)
        patch.setattr(doors, "KNOCK", 5.0)
        assert (await desk.knock(cookie, (b"origin", ORIGIN)))[0] is True
        await sync_to_async(connections.close_all)()


async def test_who_knocks_with_a_token_while_the_database_is_away_is_told_to_come_back(desk, monkeypatch):
    token = await create_token((await desk.person()).pk, "test")

    async def away(_secret):
        raise asyncpg.CannotConnectNowError("starting up")

    monkeypatch.setattr(doors, "person_by_token", away)
    accepted, code, _ = await desk.knock((b"authorization", f"Bearer {token}".encode()))
    assert (accepted, code) == (False, 1013)


async def test_the_log_says_once_in_a_while_that_nobody_can_be_let_in(desk, monkeypatch, caplog):
    async def away(_secret):
        raise asyncpg.CannotConnectNowError("starting up")

    def said():
        return [record.getMessage() for record in caplog.records if record.name == doors.__name__]

    monkeypatch.setattr(doors, "person_by_token", away)
    for _ in range(5):
        await desk.knock((b"authorization", b"Bearer hr_x"))
    assert said() == ["nobody can be let in to a socket now (turned away: 1): starting up"]
    monkeypatch.setattr(doors, "SAY_AGAIN", 0.0)
    await desk.knock((b"authorization", b"Bearer hr_x"))
    assert said()[1:] == ["nobody can be let in to a socket now (turned away: 5): starting up"]


async def test_there_is_no_socket_anywhere_else(desk):
    assert (await knock_with_cookie(desk, (b"origin", ORIGIN), path="/ws/v2/"))[0] is False
