"""Who is signed out, in whichever way, loses their sockets: on the real server, over real ones."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from playwright.async_api import Browser, expect

from console.live.rounds import SESSIONS
from console.live.socket import FORBIDDEN, SIGNED_OUT
from console.sessions import kept
from console.signin import make_link
from orders.clients import create_token, revoke_tokens, tokens
from tests.faults.proxy import proxying, target_of
from tests.journeys.cast import PASSWORD, hire_alice
from tests.journeys.process import serving
from tests.journeys.test_browser import desk, status
from tests.support import eventually

#: Promised are 5 seconds, of which SESSIONS lie between two looks; the rest is patience with a busy machine.
SECONDS = 15.0


class Reader:
    """Somebody at their browser, or a program with a token: with a socket that watches orders."""

    def __init__(self, url: str, name: str) -> None:
        self.url, self.name = url, name
        self.user: User
        self.token = ""
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def hire(self) -> "Reader":
        self.user = await sync_to_async(User.objects.create_user)(self.name)
        await self.user.groups.aadd(await Group.objects.aget(name="operator"))
        return self

    async def by_link(self) -> None:
        link = await sync_to_async(make_link)(self.user)
        async with self.session.get(f"{self.url}/sign-in/{link}/") as answer:
            assert answer.url.path == "/sign-in/password/"
            self.page = await answer.text()
        await self._watch({"Origin": self.url})

    async def by_token(self) -> None:
        self.token = await create_token(self.user.pk, self.name)
        await self._watch({"Authorization": f"Bearer {self.token}"})

    async def _watch(self, headers: dict[str, str]) -> None:
        address = f"{self.url}/ws/v1/"
        self.socket = await self.session.ws_connect(address, protocols=["headrace.v1"], headers=headers)
        await self.socket.send_json({"type": "subscribe", "id": 1, "topic": "orders"})
        await self.answer("snapshot")

    async def answer(self, *kinds: str) -> dict[str, Any]:
        while (frame := await self.socket.receive_json(timeout=30))["type"] not in kinds:
            pass
        return frame

    async def lives(self) -> None:
        await self.socket.send_json({"type": "ping", "id": "ping"})
        assert (await self.answer("ack"))["id"] == "ping"

    async def closed(self) -> int | None:
        async with asyncio.timeout(SECONDS):
            async for _message in self.socket:
                pass
        return self.socket.close_code

    async def may_submit(self) -> bool:
        """Whether an order is looked at at all; this one is nobody's."""
        await self.socket.send_json({"type": "submit", "id": "submit", "key": "k", "order": {}})
        return (await self.answer("error"))["code"] != "forbidden"


async def sign_out(reader: Reader) -> None:
    async with reader.session.get(reader.url) as page:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', await page.text())
    assert token
    form = {"csrfmiddlewaretoken": token[1]}
    async with reader.session.post(f"{reader.url}/sign-out/", data=form, allow_redirects=False) as answer:
        assert answer.status == 302


async def disable(reader: Reader) -> None:
    reader.user.is_active = False
    await reader.user.asave()


async def change_password(reader: Reader) -> None:
    reader.user.password = "!another"  # what matters is that it is another; hashing one takes long
    await reader.user.asave()


async def session_ends(reader: Reader) -> None:
    cookie = next(cookie.value for cookie in reader.session.cookie_jar if cookie.key == "sessionid")
    assert await Session.objects.filter(session_key=kept(cookie)).aupdate(expire_date="2020-01-01T00:00Z")


async def lose_role(reader: Reader) -> None:
    await reader.user.groups.aclear()


async def revoke(reader: Reader) -> None:
    ids = [token["id"] for token in await tokens(reader.user.pk)]
    assert await revoke_tokens(ids, actor="test:revoke", reason="lost") == 1


Happens = Callable[[Reader], Awaitable[None]]
BY_LINK: list[tuple[Happens, int]] = [
    (sign_out, SIGNED_OUT),
    (disable, SIGNED_OUT),
    (change_password, SIGNED_OUT),
    (session_ends, SIGNED_OUT),
    (lose_role, FORBIDDEN),
]
BY_TOKEN: list[tuple[Happens, int]] = [(revoke, SIGNED_OUT), (disable, SIGNED_OUT), (lose_role, FORBIDDEN)]


async def test_whoever_is_signed_out_loses_their_sockets_and_nobody_else_does(database: None) -> None:
    assert SESSIONS < 5
    readers: list[Reader] = []
    async with serving() as server:
        try:
            expected = []
            for way, cases in (("by_link", BY_LINK), ("by_token", BY_TOKEN)):
                for happens, code in cases:
                    reader = await Reader(server.url, f"{happens.__name__} {way}").hire()
                    readers.append(reader)
                    await getattr(reader, way)()
                    expected.append((reader, happens, code))
            demoted, stays = [await Reader(server.url, name).hire() for name in ("demoted", "stays")]
            readers += [demoted, stays]
            await demoted.by_link()
            await stays.by_token()
            assert await demoted.may_submit()
            for reader in readers:
                await reader.lives()

            for reader, happens, _code in expected:
                await happens(reader)
            await demoted.user.groups.aset([await Group.objects.aget(name="viewer")])
            codes = await asyncio.gather(*(reader.closed() for reader, _happens, _code in expected))
            assert {reader.name: code for (reader, *_), code in zip(expected, codes, strict=True)} == {
                reader.name: code for reader, _happens, code in expected
            }

            async def may_submit_no_more() -> bool:
                return not await demoted.may_submit()

            await eventually(may_submit_no_more, SECONDS)
            await demoted.lives()  # what a viewer sees, they go on seeing
            await stays.lives()
        finally:
            for reader in readers:
                await reader.session.close()


@pytest.mark.browser
async def test_who_is_signed_out_while_the_line_is_cut_is_told_so_and_not_led_in_circles(
    database: None, chrome: Browser
) -> None:
    """The handshake is refused then, which says no why; the page is led to the sign-in, which does."""
    alice = await hire_alice()
    async with serving() as server, proxying(target_of(server.url)) as line, desk(chrome, line.url) as page:
        await page.goto(f"{line.url}/orders/")
        await status(page, "live")
        assert line.cut() >= 1
        await status(page, "reconnecting")
        assert (await Session.objects.all().adelete())[0] == 1
        asked: list[str] = []
        page.on("response", lambda answer: asked.append(f"{answer.request.method} {answer.status}"))
        line.mend()
        await status(page, "signed-out")
        assert "HEAD 302" in asked
        there = page.locator("[data-sign-in]")
        await expect(there).to_be_visible()
        await there.click()
        await page.fill("input[name=username]", alice.username)
        await page.fill("input[name=password]", PASSWORD)
        await page.click("main button[type=submit]")
        await page.wait_for_url(f"{line.url}/orders/")
        await status(page, "live")
