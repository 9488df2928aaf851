"""``DATABASE_URL``: every spelling read, every failure one sentence without the password."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import asyncpg
import psycopg
import pytest
from django.db import connections

from console import bootstrap, command_line
from console.database import DatabaseProblem, check, parse, shown
from jobs import db
from jobs.engine import heart

CLOSED = "postgres://ada:sesame@127.0.0.1:1/shop"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://ada:sesame@db.example:6543/shop", ("db.example", "6543", "ada", "sesame", "shop")),
        ("postgresql://db.example/shop", ("db.example", "", "", "", "shop")),
        ("postgres://ada@%2Ftmp%2FMy%20Folder/shop", ("/tmp/My Folder", "", "ada", "", "shop")),
        ("postgres://ada@%2Frun%2Fpg:5433/shop", ("/run/pg", "5433", "ada", "", "shop")),
        ("postgres://ada@/shop?host=/run/pg&port=5433", ("/run/pg", "5433", "ada", "", "shop")),
        (
            "postgres://ada:p%40ss%2Fword%3A@[::1]:5432/my%20shop",
            ("::1", "5432", "ada", "p@ss/word:", "my shop"),
        ),
        ("postgres:///shop", ("", "", "", "", "shop")),
        ("postgres://ada@db.example", ("db.example", "", "ada", "", "ada")),
    ],
    ids=["whole", "short", "socket", "socket and port", "socket as option", "escaped", "local", "user's own"],
)
def test_url_is_read(url: str, expected: tuple[str, ...]) -> None:
    conf = parse(url)
    assert tuple(conf[key] for key in ("HOST", "PORT", "USER", "PASSWORD", "NAME")) == expected


def test_other_options_are_kept_as_they_are() -> None:
    url = "postgres://db.example/shop?sslmode=verify-full&sslrootcert=%2Fetc%2Four%20ca.pem"
    assert parse(url)["OPTIONS"] == {"sslmode": "verify-full", "sslrootcert": "/etc/our ca.pem"}


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("channel_binding=require", "the option 'channel_binding', which Headrace can't keep"),
        ("application_name=desk", "the option 'application_name'"),
        ("service=shop", "the option 'service'"),
        ("keepalives_idle=1", "the option 'keepalives_idle'"),
        ("password=sesame", "the option 'password'"),
        ("sslrootcert=system", "name the file"),
        (
            "sslmode=blah",
            "sslmode=blah: it must be one of disable, allow, prefer, require, verify-ca, verify-full",
        ),
        ("sslmode=Require", "sslmode=Require: it must be one of"),
        ("sslnegotiation=never", "one of postgres, direct"),
        ("ssl_min_protocol_version=TLSv9", "one of TLSv1, TLSv1.1, TLSv1.2, TLSv1.3"),
        ("target_session_attrs=any-one", "one of any, read-write"),
        ("connect_timeout=0", "whole seconds, at least 1"),
        ("connect_timeout=-1", "whole seconds, at least 1"),
        ("connect_timeout=soon", "whole seconds, at least 1"),
        ("port=5432,x", "its port is no number"),
    ],
)
def test_an_option_that_would_not_hold_for_every_connection_is_refused(option: str, words: str) -> None:
    with pytest.raises(DatabaseProblem, match=words) as caught:
        parse(f"postgres://db.example/shop?{option}")
    assert "sesame" not in str(caught.value)


def ask_pool(statement: str) -> str:
    async def ask() -> str:
        conn = await asyncpg.connect(**db.connect_options())
        try:
            return await conn.fetchval(statement)
        finally:
            await conn.close()

    return asyncio.run(ask())


def ask_orm(statement: str) -> str:
    with psycopg.connect(**connections["default"].get_connection_params()) as conn:
        return conn.execute(statement).fetchone()[0]


def ask_heart(statement: str) -> str:
    with heart.connect() as conn:
        return conn.execute(statement).fetchone()[0]


#: How the connections of one process are made, each in its own way.
WAYS = [ask_pool, ask_orm, ask_heart]


@pytest.mark.parametrize("ask", WAYS)
class TestEveryWay:
    @pytest.fixture(autouse=True)
    def address(self, django_db_setup: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        """The test database's address, and its options, which a test may change."""
        conf = connections["default"].settings_dict
        for part in ("HOST", "PORT", "OPTIONS"):
            monkeypatch.setitem(conf, part, conf[part])
        return conf

    def test_takes_the_servers_options(self, ask: Callable[[str], str], address: dict[str, Any]) -> None:
        address["OPTIONS"] = {"options": "-c work_mem=7MB -c search_path=public"}
        assert ask("SHOW work_mem") == "7MB"

    def test_wants_the_server_that_is_asked_for(
        self, ask: Callable[[str], str], address: dict[str, Any]
    ) -> None:
        address["OPTIONS"] = {"target_session_attrs": "read-only"}
        with pytest.raises((asyncpg.InternalClientError, psycopg.OperationalError)):
            ask("SELECT 'read'")
        address["OPTIONS"] = {"target_session_attrs": "read-write"}
        assert ask("SELECT 'read'") == "read"

    def test_tries_one_host_after_the_other(self, ask: Callable[[str], str], address: dict[str, Any]) -> None:
        address["HOST"], address["PORT"] = f"/nowhere,{address['HOST']}", f"1,{address['PORT'] or 5432}"
        assert ask("SELECT 'found'") == "found"

    def test_gives_up_after_the_seconds_to_connect(
        self, ask: Callable[[str], str], address: dict[str, Any]
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as mute:
            address["HOST"], address["PORT"] = "127.0.0.1", str(mute.getsockname()[1])
            address["OPTIONS"] = {"connect_timeout": "2"}
            began = time.monotonic()
            with pytest.raises((TimeoutError, psycopg.OperationalError)):
                ask("SELECT 'never'")
            assert time.monotonic() - began < 4


@pytest.mark.parametrize(
    "url",
    [
        "mysql://ada:sesame@db/shop",
        "nonsense-sesame",
        "postgres://ada:sesame@db:port/shop",
        "postgres://ada:sesame/street@db/shop",
        "postgres://ada:sesame#1@db/shop",
        "postgres://db",
    ],
    ids=["another database", "no url", "port in words", "slash in password", "hash in password", "no name"],
)
def test_url_that_cannot_be_read_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(DatabaseProblem) as caught:
        parse(url)
    assert "DATABASE_URL can't be read" in str(caught.value)
    assert "sesame" not in str(caught.value)


def test_address_is_shown_without_the_password() -> None:
    assert shown(parse(CLOSED)) == "ada@127.0.0.1:1/shop"


def test_server_that_does_not_answer_is_said_with_what_to_do() -> None:
    with pytest.raises(DatabaseProblem) as caught:
        check(CLOSED)
    assert str(caught.value) == (
        "DATABASE_URL: ada@127.0.0.1:1/shop was tried and did not work (Connection refused): correct it, "
        "start that server, or unset DATABASE_URL to use the built-in PostgreSQL."
    )


def test_database_that_does_not_exist_is_said(database_server: str) -> None:
    with pytest.raises(
        DatabaseProblem, match=r"nowhere was tried and did not work \(database .* does not exist\)"
    ):
        check(database_server.rpartition("/")[0] + "/nowhere")


def test_server_that_answers_passes(database_server: str) -> None:
    check(database_server)


@pytest.mark.parametrize(
    ("command", "url"), [("migrate", CLOSED), ("test", CLOSED), ("createsuperuser", "nonsense")]
)
def test_command_with_a_wrong_url_ends_with_one_line(
    command: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    only_database = ["tests/console/test_database.py::test_server_that_answers_passes", "-q"]
    done = subprocess.run(
        [sys.executable, "manage.py", command, *(only_database if command == "test" else [])],
        cwd=bootstrap.BASE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    said = (done.stdout + done.stderr).splitlines()
    assert [line for line in said if "DATABASE_URL" in line]
    assert not [line for line in said if "Traceback" in line or "sesame" in line]
    if command != "test":
        assert len(said) == 1


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["migrate"], True),
        (["serve", "--port", "8000"], True),
        ([], False),
        (["help"], False),
        (["migrate", "--help"], False),
        (["compilemessages"], False),
    ],
    ids=["migrate", "serve", "nothing", "help", "help for one", "without a database"],
)
def test_only_commands_that_use_the_database_start_one(words: list[str], expected: bool) -> None:
    assert command_line.needs_database(["manage.py", *words]) is expected
