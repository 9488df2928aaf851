"""Tokens: who a secret belongs to and what they may, and that the secret itself is kept nowhere."""

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group, Permission, User
from uuid_utils.compat import uuid7

from orders.clients import Client, TokenExists, client_by_token, create_token, revoke_tokens
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
    tokens = [row["id"] for row in await rows("SELECT id FROM token WHERE name = 'till'")]
    assert await revoke_tokens(tokens, actor="user:ada", reason="lost") == 1
    assert await client_by_token(secret) is None
    assert await client_by_token(other) is not None
    assert await revoke_tokens(tokens, actor="user:ada", reason="lost") == 0
    assert await rows("SELECT subject, reason FROM audit WHERE action = 'token.revoke'") == [
        {"subject": f"token:{tokens[0]}", "reason": "lost"}
    ]
    await assert_books_balance()


async def test_one_id_is_one_token() -> None:
    ada, id = await person("ada"), uuid7()
    secret = await create_token(ada.pk, "till", id=id)
    with pytest.raises(TokenExists):
        await create_token(ada.pk, "till", id=id)
    assert await client_by_token(secret) is not None
    assert await rows("SELECT count(*) AS n FROM audit") == [{"n": 1}]
