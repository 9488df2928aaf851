"""The same order through all doors with one key is one order."""

import re
from uuid import uuid4

import aiohttp

from jobs import db
from orders import ledger_check
from tests.journeys.cast import PASSWORD, Alice, hire_alice, open_shop, order
from tests.journeys.process import serving
from tests.journeys.watch import Watch


def hidden(page: str, name: str) -> str:
    """The value of a hidden field of a page's first form that has it."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]+)"', page)
    assert found, f"no field {name}"
    return found[1]


async def sign_in(session: aiohttp.ClientSession, url: str, alice: Alice) -> None:
    page = await (await session.get(f"{url}/sign-in/")).text()
    form = {
        "csrfmiddlewaretoken": hidden(page, "csrfmiddlewaretoken"),
        "username": alice.username,
        "password": PASSWORD,
    }
    async with session.post(f"{url}/sign-in/", data=form) as answer:
        assert answer.status == 200
        assert answer.url.path == "/"


async def by_form(url: str, alice: Alice, key: str) -> str:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        await sign_in(session, url, alice)
        page = await (await session.get(f"{url}/orders/new/")).text()
        form = [
            ("csrfmiddlewaretoken", hidden(page, "csrfmiddlewaretoken")),
            ("key", key),
            ("customer", "ada"),
            ("currency", "EUR"),
            ("sku", "TEA"),
            ("quantity", "2"),
        ]
        async with session.post(f"{url}/orders/new/", data=form) as answer:
            assert answer.status == 200, await answer.text()
            return answer.url.path.strip("/").split("/")[-1]


async def by_api(url: str, alice: Alice, key: str) -> tuple[str, str | None]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/api/v1/orders", json=order(), headers=alice.headers(key)) as answer,
    ):
        assert answer.status == 202, await answer.text()
        body = await answer.json()
        assert answer.headers["Location"].endswith(body["id"])
        return body["id"], answer.headers.get("Idempotent-Replayed")


async def by_socket(url: str, alice: Alice, key: str) -> tuple[str, bool]:
    async with Watch(url, alice.token) as watch:
        await watch.socket.send_json({"type": "submit", "id": "7", "key": key, "order": order()})
        ack = await watch.frame("ack")
        assert ack["id"] == "7"
        return ack["data"]["id"], ack["data"]["replayed"]


async def test_the_same_order_through_all_doors_with_one_key_is_one_order(database: None) -> None:
    await open_shop()
    alice = await hire_alice()
    key = str(uuid4())
    async with serving() as server:
        first, replayed = await by_api(server.url, alice, key)
        assert replayed is None
        assert await by_form(server.url, alice, key) == first
        assert await by_socket(server.url, alice, key) == (first, True)
        assert await by_api(server.url, alice, key) == (first, "true")
        async with Watch(server.url, alice.token, f"order:{first}") as watch:
            await watch.ended({first})
    assert await db.pool().fetchval("SELECT count(*) FROM orders") == 1
    assert await db.pool().fetchval("SELECT count(*) FROM transfer WHERE order_id IS NOT NULL") == 1
    assert await ledger_check.check() == []


async def test_each_door_says_its_name_on_the_order(database: None) -> None:
    await open_shop()
    alice = await hire_alice()
    async with serving() as server:
        for door in (by_api, by_form, by_socket):
            await door(server.url, alice, str(uuid4()))
    rows = await db.pool().fetch("SELECT door FROM orders ORDER BY number")
    assert [row["door"] for row in rows] == ["api", "form", "socket"]
