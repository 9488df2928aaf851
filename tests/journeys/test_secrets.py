"""What lets somebody in is said nowhere: not in the log at its loudest, no table, no page, no frame."""

import json
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from urllib.parse import quote

import aiohttp
import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group, User
from django.db import connection
from psycopg import sql

from console.signin import make_link
from jobs import db
from tests.journeys.cast import PASSWORD, Alice, hire_alice, open_shop, order
from tests.journeys.process import Serve, database_url, serving
from tests.support import eventually

ADDRESSES = ["/", "/orders/", "/orders/new/", "/jobs/", "/accounts/", "/nope/"]


@asynccontextmanager
async def role(password: str) -> AsyncIterator[str]:
    """A role of the database's own with this password; the URL to use it with."""
    name = f"headrace_{secrets.token_hex(4)}"

    @sync_to_async
    def run(statement: str) -> None:
        with connection.cursor() as cursor:
            owner = connection.settings_dict["USER"]
            names = {"name": sql.Identifier(name), "owner": sql.Identifier(owner)}
            parts = names | {"password": sql.Literal(password)}
            cursor.execute(sql.SQL(statement).format(**parts).as_string(cursor.connection))

    await run("CREATE ROLE {name} LOGIN PASSWORD {password} IN ROLE {owner}")
    try:
        yield re.sub(r"//[^@]*@", f"//{name}:{quote(password)}@", database_url())
    finally:
        await run("REASSIGN OWNED BY {name} TO {owner}")  # the partitions it made
        await run("DROP ROLE {name}")


class Visit:
    """One browser and one program at the server, and all they are shown."""

    def __init__(self, server: Serve, alice: Alice) -> None:
        self.server, self.alice = server, alice
        self.session = aiohttp.ClientSession(server.url, cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.shown: list[str] = []
        self.secrets: dict[str, str] = {"token": alice.token, "password": PASSWORD}

    async def ask(self, path: str, method: str = "GET", **more: object) -> int:
        async with self.session.request(method, path, **more) as answer:
            self.shown.append(await answer.text())
        for cookie in self.session.cookie_jar:
            self.secrets[f"{cookie.key} {cookie.value[:3]}"] = cookie.value
        return answer.status

    async def sign_in(self, password: str) -> None:
        self.secrets[f"typed {password[:3]}"] = password
        await self.ask("/sign-in/")
        token = re.findall(r'csrfmiddlewaretoken" value="(\w+)"', self.shown[-1])[-1]
        form = {"username": self.alice.username, "password": password, "csrfmiddlewaretoken": token}
        await self.ask("/sign-in/", "POST", data=form)

    async def by_link(self) -> None:
        user = await User.objects.aget(username=self.alice.username)
        for number in range(2):
            link = await sync_to_async(make_link)(user)
            self.secrets[f"link {number}"] = link
            self.session.cookie_jar.clear()
            assert await self.ask(f"/sign-in/{link}/", "POST") in (403, 405)  # which leaves it good
            assert await self.ask(f"/sign-in/{link}") == 200  # the slash is forgotten: a redirect, then in
            assert await self.ask(f"/sign-in/{link}/") == 410

    async def by_program(self) -> str:
        wrong = {"Authorization": f"Bearer {self.alice.token}x", "Idempotency-Key": "k"}
        self.secrets["wrong token"] = f"{self.alice.token}x"
        assert await self.ask("/api/v1/orders", headers=wrong) == 401
        assert await self.ask("/api/v1/orders", "POST", json=order(), headers=self.alice.headers()) == 202
        return json.loads(self.shown[-1])["id"]

    async def by_socket(self) -> None:
        for headers in ({"Authorization": f"Bearer {self.alice.token}"}, {"Origin": self.server.url}):
            async with self.session.ws_connect(
                "/ws/v1/", protocols=["headrace.v1"], headers=headers
            ) as socket:
                for topic in ("dashboard", "orders", "jobs"):
                    await socket.send_json({"type": "subscribe", "id": topic, "topic": topic})
                while sum('"snapshot"' in frame for frame in self.shown[-20:]) < 3:
                    self.shown.append(await socket.receive_str(timeout=30))
            self.shown.append("")


async def failed_attempt() -> bool:
    return bool(await db.pool().fetchval("SELECT count(*) FROM attempt WHERE error <> ''"))


async def kept() -> str:
    """The text of every row of every table."""
    async with db.connection() as conn:
        tables = await conn.fetch(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        texts = [
            await conn.fetch(f'SELECT t::text AS row FROM "{table["relname"]}" AS t') for table in tables
        ]
    return "\n".join(row["row"] for rows in texts for row in rows)


def leaks(found: dict[str, str], places: dict[str, str]) -> Iterator[str]:
    """Where which secret stands, with what is around it."""
    for name, secret in found.items():
        for place, text in places.items():
            if secret in text:
                before, _secret, after = text.partition(secret)
                yield f"{name} in {place}: {before[-200:]}…{after[:100]}"


@pytest.mark.parametrize("debug", ["", "1"], ids=["as installed", "with DEBUG"])
async def test_what_lets_somebody_in_is_said_nowhere(database: None, debug: str) -> None:
    await open_shop()
    alice = await hire_alice()
    user = await User.objects.aget(username="alice")
    await user.groups.aadd(await Group.objects.aget(name="admin"))
    own = {"database password": f"db-{secrets.token_hex(12)}", "SECRET_KEY": secrets.token_urlsafe(48)}
    async with role(own["database password"]) as url:
        loud = {"DJANGO_SETTINGS_MODULE": "tests.console.loud", "DEBUG": debug}
        nobody_there = {"CARRIERS": json.dumps({"ferry": "http://127.0.0.1:9/"})}
        async with serving(DATABASE_URL=url, SECRET_KEY=own["SECRET_KEY"], **loud, **nobody_there) as server:
            visit = Visit(server, alice)
            try:
                await visit.sign_in("typed-by-mistake-7")
                await visit.sign_in(PASSWORD)
                for address in ADDRESSES:
                    await visit.ask(address)
                await visit.by_link()
                one = await visit.by_program()
                await visit.by_socket()
                await eventually(failed_attempt, 30)
                await visit.ask(f"/orders/{one}/")
                await db.pool().execute("ALTER TABLE account RENAME TO account_gone")
                try:
                    assert await visit.ask("/accounts/") == 500
                finally:
                    await db.pool().execute("ALTER TABLE account_gone RENAME TO account")
            finally:
                await visit.session.close()
        found = own | visit.secrets
        assert {name.split()[0] for name in found} >= {"sessionid", "csrftoken", "link", "token", "database"}
        places = {"log": server.output, "tables": await kept(), "pages and frames": "\n".join(visit.shown)}
    # Each was searched where there was something to find.
    assert "Forbidden" in places["log"]
    assert "AXES" in places["log"]
    assert "alice" in places["tables"]
    assert ("UndefinedTableError" in places["pages and frames"]) is bool(debug)
    assert list(leaks(found, places)) == []
