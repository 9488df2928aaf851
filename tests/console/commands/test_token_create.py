import asyncio

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from jobs import db
from orders.clients import Client, client_by_token


@pytest.fixture(autouse=True)
def own_process(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command runs in a process of its own: with no pool, and no loop."""
    monkeypatch.setattr(db, "_room", None)


def who(token: str) -> Client | None:
    async def look() -> Client | None:
        await db.open_pool(min_size=1, max_size=1)
        try:
            return await client_by_token(token)
        finally:
            await db.close_pool()

    return asyncio.run(look())


def test_the_token_alone_is_printed_and_it_is_its_users(capsys: pytest.CaptureFixture[str]) -> None:
    ada = get_user_model().objects.create_user("ada")
    call_command("token_create", "ada", "--name", "till 3")
    token = capsys.readouterr().out.removesuffix("\n")
    assert token.startswith("hr_")
    assert len(token.split()) == 1
    client = who(token)
    assert client is not None
    assert (client.user_id, client.username) == (ada.pk, "ada")
    assert ada.tokens.get().name == "till 3"


def test_each_token_is_another_one(capsys: pytest.CaptureFixture[str]) -> None:
    get_user_model().objects.create_user("ada")
    call_command("token_create", "ada")
    call_command("token_create", "ada")
    assert len(set(capsys.readouterr().out.split())) == 2


def test_nobody_is_told_in_one_sentence() -> None:
    with pytest.raises(CommandError, match="there is no user eve") as refused:
        call_command("token_create", "eve")
    assert refused.value.returncode == 2


def test_who_was_disabled_gets_no_token() -> None:
    get_user_model().objects.create_user("bob", is_active=False)
    with pytest.raises(CommandError, match="bob is not active"):
        call_command("token_create", "bob")
