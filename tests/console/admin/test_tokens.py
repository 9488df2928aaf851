"""Tokens: the secret is shown once and kept nowhere; revoked, a token opens nothing."""

import re

import pytest
from asgiref.sync import sync_to_async
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.contrib.sessions.models import Session
from django.test import AsyncClient

from orders.clients import client_by_token, create_token
from orders.models import Token
from tests.console.admin.rows import address, fields_of, open_form, send
from tests.console.desk import browser, hire
from tests.orders.desk import rows

pytestmark = pytest.mark.usefixtures("database")
ADD, LIST = "/admin/orders/token/add/", "/admin/orders/token/"


def secret_on(answer) -> str:
    assert answer.status_code == 200
    found = re.search(r'<pre id="secret">(hr_[\w-]+)</pre>', answer.content.decode())
    assert found, answer.content.decode()
    return found[1]


async def api(secret: str) -> int:
    answer = await AsyncClient().get("/api/v1/orders", headers={"authorization": f"Bearer {secret}"})
    return answer.status_code


async def test_the_secret_is_shown_once_and_only_its_hash_is_kept():
    await hire("carol", "viewer")
    client = await browser("admin")
    answer = await send(client, ADD, user="carol", name="till 3")
    secret = secret_on(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    found = await client_by_token(secret)
    assert found is not None
    assert found.username == "carol"
    token = await Token.objects.aget()
    assert token.name == "till 3"
    assert await rows("SELECT actor, action, reason, data FROM audit") == [
        {
            "actor": "user:alice",
            "action": "token.create",
            "reason": "admin: made a token",
            "data": {"token": str(token.pk), "name": "till 3"},
        }
    ]
    of_token = [address("orders.token", page, token.pk) for page in ("change", "history")]
    for page in (LIST, ADD, "/admin/", *of_token):
        text = (await client.get(page)).content.decode()
        assert secret not in text, page
        assert bytes(token.digest).hex() not in text, page
    assert await LogEntry.objects.acount() == 1
    assert secret not in str([session.get_decoded() async for session in Session.objects.all()])
    assert secret not in "".join(cookie.value for cookie in client.cookies.values())
    tables = await rows("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    for table in tables:
        found_in = f'SELECT 1 FROM "{table["name"]}" AS t WHERE strpos(t::text, $1) > 0'
        assert await rows(found_in, secret) == [], table


async def test_a_form_sent_twice_makes_one_token():
    await hire("carol", "viewer")
    client = await browser("admin")
    form = await open_form(client, ADD) | {"user": "carol"}
    secret = secret_on(await client.post(ADD, form))
    again = await client.post(ADD, form)
    assert again.headers["Location"] == LIST
    assert "made already" in (await client.get(LIST)).content.decode()
    assert await Token.objects.acount() == 1
    assert await client_by_token(secret)


@pytest.mark.parametrize("name", ["nobody", "gone"])
async def test_a_token_needs_an_active_user(name):
    gone = await hire("gone", "viewer")
    gone.is_active = False
    await gone.asave()
    client = await browser("admin")
    answer = await send(client, ADD, user=name)
    assert "There is no active user of this name" in answer.content.decode()
    assert await Token.objects.acount() == 0


@sync_to_async
def root() -> User:
    return User.objects.create_superuser("root")


@sync_to_async
def somebody_above() -> User:
    user = User.objects.create_user("above")
    user.user_permissions.add(Permission.objects.get(codename="delete_order"))
    return user


@pytest.mark.parametrize("who", [root, somebody_above])
async def test_nobody_makes_a_token_of_somebody_who_may_more(who):
    user = await who()
    client = await browser("admin")
    answer = await send(client, ADD, user=user.username)
    assert "may do more than you" in answer.content.decode()
    assert await Token.objects.acount() == 0


async def test_a_revoked_token_is_refused_once_that_is_confirmed():
    carol = await hire("carol", "viewer")
    secret, other = await create_token(carol.pk, "till 1"), await create_token(carol.pk, "till 2")
    token = await Token.objects.aget(name="till 1")
    assert await api(secret) == 200
    client = await browser("admin")
    chosen = {"action": "revoke", "index": "0", "_selected_action": [str(token.pk)]}
    question = await client.post(LIST, chosen)
    assert "till 1" in question.content.decode()
    assert "till 2" not in question.content.decode()
    assert await api(secret) == 200  # asked, not done
    confirmed = fields_of(question.content.decode())
    assert (await client.post(LIST, confirmed | {"reason": "lost"})).headers["Location"] == LIST
    assert await api(secret) == 401
    assert await api(other) == 200
    assert await rows("SELECT actor, subject, reason, data FROM audit WHERE action = 'token.revoke'") == [
        {
            "actor": "user:alice",
            "subject": f"token:{token.pk}",
            "reason": "lost",
            "data": {"tokens": [str(token.pk)]},
        }
    ]
    first = (await Token.objects.aget(pk=token.pk)).revoked_at
    await client.post(LIST, confirmed)
    assert (await Token.objects.aget(pk=token.pk)).revoked_at == first


async def test_who_may_only_make_tokens_revokes_none():
    user = await hire("bob", None)
    for name in ("view_token", "add_token"):
        await user.user_permissions.aadd(await Permission.objects.aget(codename=name))
    secret = await create_token(user.pk, "till")
    token = await Token.objects.aget()
    client = AsyncClient()
    await client.aforce_login(user)
    assert str(token.pk) in (await client.get(LIST)).content.decode()
    await client.post(LIST, {"action": "revoke", "_selected_action": [str(token.pk)], "sure": "yes"})
    assert await client_by_token(secret)
