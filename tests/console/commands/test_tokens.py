"""``token_list`` and ``token_revoke``: what there is, and its end."""

import asyncio
import json
import re
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from jobs import db
from orders.clients import client_by_token
from orders.models import Audit, Token


@pytest.fixture(autouse=True)
def own_process(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command runs in a process of its own: with no pool, and no loop."""
    monkeypatch.setattr(db, "_room", None)


@pytest.fixture
def make(capsys):
    def make(user: str, name: str = "") -> str:
        User.objects.get_or_create(username=user)
        call_command("token_create", user, "--name", name)
        return capsys.readouterr().out.strip()

    return make


def works(token: str) -> bool:
    async def look() -> bool:
        await db.open_pool(min_size=1, max_size=1)
        try:
            return await client_by_token(token) is not None
        finally:
            await db.close_pool()

    return asyncio.run(look())


def id_of(name: str) -> str:
    return str(Token.objects.get(name=name).pk)


def listed(capsys, *arguments: str) -> list[list[str]]:
    """The lines of the table, its head first, cut into columns."""
    call_command("token_list", *arguments)
    lines = capsys.readouterr().out.splitlines()
    cut = [re.split(r"  +", line.strip()) for line in lines if line.strip(" ─")]
    assert cut[0] == ["id", "user", "created", "state", "name"]
    return cut[1:]


def test_the_list_says_whose_each_is_and_whether_it_works_but_no_secret(make, capsys):
    secrets = [make("ada", "till 1"), make("ada", "till 2"), make("bob", "rob\t\n\x1b[31mot")]
    call_command("token_revoke", id_of("till 1"))
    User.objects.filter(username="bob").update(is_active=False)
    capsys.readouterr()
    rows = listed(capsys)
    assert [(row[1], row[4]) for row in rows] == [
        ("ada", "till 1"),
        ("ada", "till 2"),
        ("bob", "rob\ufffd\ufffd\ufffd[31mot"),
    ]
    assert rows[0][3].startswith("revoked 20")
    assert [row[3] for row in rows[1:]] == ["works", "user not active"]
    assert not any(secret in str(rows) for secret in secrets)
    assert [row[4] for row in listed(capsys, "--user", "ada")] == ["till 1", "till 2"]


def test_a_token_without_a_name_has_a_dash_and_one_with_a_long_one_its_line(make, capsys):
    make("ada")
    make("ada", "the till at the north door " * 7)
    assert [row[4] for row in listed(capsys)] == ["–", ("the till at the north door " * 7).strip()]


def test_no_token_is_said_in_words(database, capsys):
    call_command("token_list")
    assert capsys.readouterr().out == "There is no token.\n"


def test_programs_get_json(make, capsys):
    secrets = [make("ada", "till 1"), make("ada", "rob\n[red]ot")]
    call_command("token_revoke", id_of("till 1"))
    capsys.readouterr()
    call_command("token_list", "--json")
    out = capsys.readouterr().out
    found = json.loads(out)
    assert [row["name"] for row in found] == ["till 1", "rob\n[red]ot"]
    assert [bool(row["revoked_at"]) for row in found] == [True, False]
    assert found[0].keys() == {"id", "name", "created_at", "revoked_at", "username", "is_active"}
    assert out.count("\n") == 1
    assert not any(secret in out for secret in secrets)


def test_a_revoked_token_opens_nothing_and_the_audit_says_who_and_why(make, capsys):
    one, other = make("ada", "one"), make("ada", "other")
    call_command("token_revoke", id_of("one"), "--reason", "lost with the laptop")
    assert capsys.readouterr().out == "1 token is revoked.\n"
    assert (works(one), works(other)) == (False, True)
    row = Audit.objects.get(action="token.revoke")
    assert (row.actor, row.reason) == ("command:token_revoke", "lost with the laptop")
    assert row.data == {"tokens": [id_of("one")]}


def test_all_of_one_users_tokens_end_and_nobody_elses(make, capsys):
    of_ada, of_bob = [make("ada", "1"), make("ada", "2")], make("bob")
    call_command("token_revoke", "--user", "ada")
    assert capsys.readouterr().out == "2 tokens are revoked.\n"
    assert [works(token) for token in (*of_ada, of_bob)] == [False, False, True]
    call_command("token_revoke", "--user", "ada")  # nothing left is nothing wrong
    assert capsys.readouterr().out == "0 tokens are revoked.\n"
    assert Audit.objects.filter(action="token.revoke").count() == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["token_revoke"], "required", id="nothing named"),
        pytest.param(["token_revoke", "hr_secret"], "by its id", id="the secret instead of the id"),
        pytest.param(["token_revoke", str(uuid4()), "--user", "ada"], "not allowed", id="both"),
        pytest.param(["token_revoke", str(uuid4())], "no token that works has the id", id="nobody's"),
        pytest.param(["token_revoke", "--user", "eve"], "there is no user eve", id="no such user"),
        pytest.param(["token_list", "--user", "eve"], "there is no user eve", id="no such user to list"),
    ],
)
def test_what_cannot_be_done_is_said(arguments, words):
    with pytest.raises(CommandError, match=words) as refused:
        call_command(*arguments)
    assert refused.value.returncode == 2 or "no user" not in words


def test_a_revoked_token_is_not_revoked_twice(make):
    make("ada", "one")
    call_command("token_revoke", id_of("one"))
    with pytest.raises(CommandError, match="no token that works"):
        call_command("token_revoke", id_of("one"))
    assert Audit.objects.filter(action="token.revoke").count() == 1
