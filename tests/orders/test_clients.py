"""Tokens: who a secret belongs to and what they may, and that the secret itself is kept nowhere."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group, Permission, User
from uuid_utils.compat import uuid7

from jobs import db
from orders.clients import (
    Client,
    TokenExists,
    client_by_token,
    clients_by_id,
    create_token,
    owners_of,
    revoke_tokens,
    tokens,
)
from tests.orders.desk import assert_books_balance, rows

pytestmark = pytest.mark.usefixtures("database", "heard")


@sync_to_async
def person(name: str, *, groups: dict[str, list[str]] | None = None, own: list[str] = (), **fields) -> User:
    user = User.objects.create_user(name, **fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=own))
    for group, codenames in (groups or {}).items():
        group, _made = Group.objects.get_or_create(name=group)
        group.permissions.set(Permission.objects.filter(codename__in=codenames))
        user.groups.add(group)
    return user


async def known(user: User) -> Client:
    client = await client_by_token(await create_token(user.pk, "till"))
    assert client is not None
    return client


async def test_a_token_knows_its_owner_and_both_kinds_of_permissions() -> None:
    client = await known(await person("ada", groups={"clerks": ["view_order"]}, own=["add_order"]))
    assert (client.username, client.is_active) == ("ada", True)
    assert client.permissions == {"orders.view_order", "orders.add_order"}
    assert client.may("orders.add_order")
    assert not client.may("orders.make_transfer")


async def test_a_superuser_may_everything() -> None:
    client = await known(await person("root", is_superuser=True))
    assert client.may("orders.make_transfer")
    assert client.may("jobs.control_job")


async def test_somebody_who_left_may_nothing() -> None:
    client = await known(await person("gone", own=["add_order"], is_active=False))
    assert not client.is_active
    assert not client.may("orders.add_order")


async def test_the_secret_is_kept_nowhere() -> None:
    secret = await create_token((await person("ada")).pk, "till")
    assert secret.startswith("hr_")
    kept = await rows("SELECT name, digest FROM token")
    assert len(kept) == 1
    assert len(kept[0]["digest"]) == 32
    audited = await rows("SELECT data::text AS data FROM audit")
    assert all(secret not in row["data"] for row in audited)
    await assert_books_balance()


@pytest.mark.parametrize("secret", ["", "hr_", "hr_nobody", "Bearer x", "hr_\ud800", "hr_\x00"])
async def test_other_secrets_belong_to_nobody(secret: str) -> None:
    assert await client_by_token(secret) is None


async def test_a_revoked_token_belongs_to_nobody() -> None:
    ada = await person("ada")
    secret, other = await create_token(ada.pk, "till"), await create_token(ada.pk, "desk")
    of_till = [row["id"] for row in await rows("SELECT id FROM token WHERE name = 'till'")]
    assert await revoke_tokens(of_till, actor="user:ada", reason="lost") == 1
    assert await client_by_token(secret) is None
    assert await client_by_token(other) is not None
    assert await revoke_tokens(of_till, actor="user:ada", reason="lost") == 0
    assert await rows("SELECT subject, reason FROM audit WHERE action = 'token.revoke'") == [
        {"subject": f"token:{of_till[0]}", "reason": "lost"}
    ]
    await assert_books_balance()


async def test_one_id_is_one_token() -> None:
    ada, id = await person("ada"), uuid7()
    secret = await create_token(ada.pk, "till", id=id)
    with pytest.raises(TokenExists):
        await create_token(ada.pk, "till", id=id)
    assert await client_by_token(secret) is not None
    assert await rows("SELECT count(*) AS n FROM audit") == [{"n": 1}]


async def test_a_guess_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong token costs one read: who guesses 256 bits fills no table."""
    secret = await create_token((await person("ada")).pk, "till")
    connection = db.connection

    @asynccontextmanager
    async def read_only() -> AsyncIterator[Any]:
        async with connection() as conn, conn.transaction(readonly=True):
            with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
                async with conn.transaction():
                    await conn.execute("CREATE TABLE written (n int)")
            yield conn

    monkeypatch.setattr(db, "connection", read_only)
    assert await client_by_token(f"{secret}x") is None
    assert await client_by_token(secret) is not None


async def test_many_are_asked_for_at_once() -> None:
    ada, bob = await person("ada", own=["add_order"]), await person("bob", is_superuser=True)
    of_ada, of_bob = await create_token(ada.pk, "1"), await create_token(bob.pk, "2")
    revoked = await create_token(bob.pk, "3")
    by_name = {row["name"]: row for row in await tokens(bob.pk)}
    assert set(by_name) == {"2", "3"}
    assert await revoke_tokens([by_name["3"]["id"]], actor="test", reason="lost") == 1
    assert await owners_of([of_ada, of_bob, revoked, "hr_guess", ""]) == {of_ada: ada.pk, of_bob: bob.pk}
    found = await clients_by_id([ada.pk, bob.pk, 0])
    assert found == {ada.pk: await client_by_token(of_ada), bob.pk: await client_by_token(of_bob)}


async def test_revoking_what_is_revoked_changes_nothing_and_is_not_audited_again() -> None:
    await create_token((await person("ada")).pk, "till")
    ids = [row["id"] for row in await tokens()]
    assert await revoke_tokens(ids, actor="user:bob", reason="lost") == 1
    (first,) = await tokens()
    assert await revoke_tokens(ids, actor="user:bob", reason="lost") == 0
    assert await tokens() == [first]
    assert len(await rows("SELECT id FROM audit WHERE action = 'token.revoke' AND reason = 'lost'")) == 1
    await assert_books_balance()
