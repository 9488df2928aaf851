"""``DATABASE_URL``: every spelling read, every failure one sentence without the password."""

import subprocess
import sys

import pytest

from console import bootstrap, command_line
from console.database import DatabaseProblem, check, parse, shown

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


def test_other_options_are_libpqs() -> None:
    assert parse("postgres://db.example/shop?sslmode=require")["OPTIONS"]["sslmode"] == "require"


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
