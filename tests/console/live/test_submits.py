"""Orders that come over a socket: what is wrong with one is looked up while the next is read."""

import asyncio

from console.live import submits
from tests.console.live.conftest import order


async def test_a_socket_is_read_while_the_shop_is_asked_about_an_order_that_is_wrong(desk, monkeypatch):
    asked, told = asyncio.Event(), asyncio.Event()
    look = submits.look

    async def slowly(named):
        asked.set()
        await told.wait()
        return await look(named)

    monkeypatch.setattr(submits, "look", slowly)
    seat = await desk.sit()
    await seat.send(type="submit", id="wrong", key="k", order=order(quantity=0, customer="C999"))
    async with asyncio.timeout(10):
        await asked.wait()
    await seat.send(type="ping", id="meanwhile")
    assert (await seat.frame())["id"] == "meanwhile"
    told.set()
    error = await seat.frame()
    assert (error["id"], error["code"]) == ("wrong", "invalid")
    assert {each["field"] for each in error["errors"]} == {"customer", "lines[0].quantity"}


async def test_an_order_that_is_wrong_is_answered_although_nothing_can_be_looked_up(desk, monkeypatch):
    async def fails(_named):
        raise ZeroDivisionError

    monkeypatch.setattr(submits, "look", fails)
    seat = await desk.sit()
    await seat.send(type="submit", id="wrong", key="k", order=order(quantity=0))
    assert [each["field"] for each in (await seat.frame())["errors"]] == ["lines[0].quantity"]
    await seat.send(type="submit", id="right", key="k", order=order())
    assert (await seat.frame())["id"] == "right"
