"""The command as a process: what it prints and how it ends, by a signal too."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from jobs import db
from tests.console.desk import hire, open_shop
from tests.faults.proxy import before_the_database
from tests.journeys.process import ROOT, database_url
from tests.support import eventually

#: Seconds a process may take; it is over in one on a quiet machine.
PATIENCE = 60.0


def line(quantity: Any = 1, **more: Any) -> bytes:
    order = {"customer": "C001", "currency": "EUR", "lines": [{"sku": "TEA", "quantity": quantity}]} | more
    return json.dumps(order).encode() + b"\n"


@pytest_asyncio.fixture
async def alice(database: None) -> User:
    await open_shop()
    return await hire("alice", "operator")


@asynccontextmanager
async def command(*arguments: str, url: str = "", **env: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The running command, with pipes to all of it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "manage.py", "orders_submit", *arguments,
        cwd=ROOT, env={"PATH": "/usr/bin:/bin", "DATABASE_URL": url or database_url()} | env,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(PATIENCE):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def submitted(*arguments: str, lines: Sequence[bytes] = (), **env: str) -> tuple[int, str, str]:
    """Exit code, output and words of the command for these lines on its stdin."""
    async with command(*arguments, **env) as process:
        out, err = await process.communicate(b"".join(lines))
    assert "Traceback" not in err.decode()
    return process.returncode or 0, out.decode(), err.decode()


async def orders() -> int:
    return await db.pool().fetchval("SELECT count(*) FROM orders")


@pytest.mark.usefixtures("alice")
async def test_people_get_a_line_an_order_and_a_summary_beside(tmp_path: Path) -> None:
    file = tmp_path / "orders"
    file.write_bytes(line() + line() + b"\n" + line(-1) + b"nonsense\n")
    code, out, err = await submitted(str(file), "--user", "alice")
    first, second = await db.pool().fetch("SELECT number FROM orders ORDER BY number")
    assert code == 3
    assert out.splitlines() == [
        f"      1  accepted  #{first['number']}",
        f"      2  accepted  #{second['number']}",
        "      4  refused   lines[0].quantity: must be a whole number from 1 to 1000000",
        "      5  refused   the line cannot be read: it is not JSON at character 1",
    ]
    assert err.startswith("2 accepted, 0 replayed, 2 refused in ")
    assert len(err.splitlines()) == 1
    code, out, _err = await submitted(str(file), "--user", "alice")
    assert code == 3
    assert [row.split()[1] for row in out.splitlines()] == ["replayed", "replayed", "refused", "refused"]
    assert await orders() == 2


@pytest.mark.usefixtures("alice")
async def test_a_program_gets_an_object_a_line() -> None:
    lines = [line(key="a"), line(key="a"), line(2, key="a"), line(customer="C999")]
    code, out, _err = await submitted("--user", "alice", "--json", lines=lines)
    rows = [json.loads(row) for row in out.splitlines()]
    [kept] = await db.pool().fetch("SELECT id::text, number FROM orders")
    assert code == 3
    assert [(row["line"], row["outcome"]) for row in rows] == [
        (1, "accepted"), (2, "replayed"), (3, "refused"), (4, "refused"),
    ]  # fmt: skip
    assert [(row["id"], row["number"]) for row in rows[:2]] == [(kept["id"], kept["number"])] * 2
    assert rows[2]["errors"] == [{"field": "key", "message": "was used before, with another order"}]
    assert rows[3] == {
        "line": 4, "outcome": "refused", "id": None, "number": None, "key_from": "content",
        "errors": [{"field": "customer", "message": "is not an active customer"}],
    }  # fmt: skip


@pytest.mark.usefixtures("alice")
async def test_a_line_that_is_no_order_is_told_all_that_is_wrong_with_it_as_at_the_other_doors() -> None:
    skus = [{"sku": "BOWL", "quantity": 1}, {"sku": "GHOST", "quantity": -1}]
    lines = [line(customer="C999", colour="red", lines=skus), line(key="a b", customer="C999"), b"{"]
    code, out, _err = await submitted("--user", "alice", "--json", lines=lines)
    assert code == 1
    first, second, third = [
        {error["field"]: error["message"] for error in json.loads(row)["errors"]} for row in out.splitlines()
    ]
    assert first == {
        "colour": "is not a field of this request",
        "customer": "is not an active customer",
        "lines[0].sku": "the product BOWL is sold in JPY, the order is in EUR",
        "lines[1].sku": "there is no product GHOST",
        "lines[1].quantity": "must be a whole number from 1 to 1000000",
    }
    assert second == {
        "key": "must be 1 to 255 visible ASCII characters",
        "customer": "is not an active customer",
    }
    assert list(third) == [""]


@pytest.mark.usefixtures("alice")
async def test_the_same_name_replays_another_makes_new_orders_and_batch_says_which(tmp_path: Path) -> None:
    for name in ("old/december", "new/december", "new/january"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(line() + line() + line(reference="A1") + line(key="till-3"))
    user = ("--user", "alice")
    doubt = 'Replayed by content alone, with neither key nor reference: 2, in batch "december".'
    told = [
        ([str(tmp_path / "old/december"), *user], "4 accepted, 0 replayed", []),
        ([str(tmp_path / "new/january"), *user], "2 accepted, 2 replayed", []),
        ([str(tmp_path / "new/january"), "--batch", "december", *user], "0 accepted, 4 replayed", [doubt]),
    ]
    for arguments, counts, expected in told:
        code, out, err = await submitted(*arguments)
        summary, *more = err.splitlines()
        assert code == 0
        assert summary.startswith(counts), arguments
        assert more[:1] == expected
        assert len(more) == 2 * len(expected)
    assert await orders() == 6
    _code, out, err = await submitted(str(tmp_path / "new/december"), "--json", *user)
    rows = [json.loads(row) for row in out.splitlines()]
    assert [row["key_from"] for row in rows] == ["content", "content", "reference", "key"]
    assert doubt in err


@pytest.mark.usefixtures("alice")
async def test_standard_input_is_one_batch_whatever_it_is_called() -> None:
    for arguments, counts in [([], "1 accepted"), (["-"], "0 accepted")]:
        code, _out, err = await submitted("--user", "alice", *arguments, lines=[line()])
        assert code == 0
        assert err.startswith(counts), arguments
    assert await orders() == 1


@pytest.mark.usefixtures("alice")
async def test_where_the_output_takes_ascii_people_see_signs_written_out_programs_utf_8() -> None:
    lines = [line(größe=1)]
    code, out, _err = await submitted("--user", "alice", lines=lines, PYTHONIOENCODING="ascii")
    assert code == 1
    assert out.startswith("      1  refused   gr\\xf6\\xdfe: ")
    code, out, _err = await submitted("--user", "alice", "--json", lines=lines, PYTHONIOENCODING="ascii")
    assert code == 1
    assert [error["field"] for error in json.loads(out)["errors"]] == ["größe"]


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize(
    ("closed", "words"),
    [
        pytest.param("<&-", "- cannot be read: it is closed", id="its input"),
        pytest.param(">&-", "standard output is closed; nothing was submitted", id="its output"),
    ],
)
async def test_a_standard_stream_that_is_closed_is_said_and_nothing_kept(closed: str, words: str) -> None:
    process = await asyncio.create_subprocess_shell(
        f"exec {sys.executable} manage.py orders_submit --user alice {closed}",
        cwd=ROOT, env={"PATH": "/usr/bin:/bin", "DATABASE_URL": database_url()},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(PATIENCE):
        _out, err = await process.communicate(line())
    assert (process.returncode, err.decode()) == (2, f"CommandError: {words}\n")
    assert await orders() == 0


async def test_wrong_usage_ends_with_2_in_one_sentence(alice: User) -> None:
    code, out, err = await submitted("--user", "eve", lines=[line()])
    assert (code, out, err) == (2, "", "CommandError: there is no user eve\n")
    assert await orders() == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param([], "--user", id="nobody named"),
        pytest.param(["--user", "eve"], "there is no user eve", id="nobody by that name"),
        pytest.param(["--user", "bob"], "the user bob is not active", id="not active"),
        pytest.param(
            ["--user", "carol"], "the user carol lacks the permission orders.add_order", id="may not"
        ),
        pytest.param(["--user", "alice", "/nowhere"], "/nowhere cannot be read: No such file", id="no file"),
        pytest.param(["--user", "\udcff\n"], "there is no user \ufffd\ufffd$", id="nobody's name"),
        pytest.param(["--user", "alice", "/no\x1b[2J"], "/no\ufffd.2J cannot be read", id="a hostile name"),
        pytest.param(["--user", "alice", "--batch", ""], "--batch must be 1 to 255", id="no batch"),
        pytest.param(["--user", "alice", "--batch", "a\nb"], "--batch must be 1 to 255", id="no name"),
        pytest.param(["--user", "alice", "--yaml"], "unrecognized arguments", id="an option nobody knows"),
    ],
)
async def test_what_is_wrong_usage(alice: User, arguments: list[str], words: str) -> None:
    await sync_to_async(User.objects.create_user)("bob", is_active=False)
    await hire("carol", "viewer")
    with pytest.raises(CommandError, match=words) as refused:
        await sync_to_async(call_command)("orders_submit", *arguments)
    # Django's parser raises its own where it was not called from a command line, which ends with 2.
    assert refused.value.returncode == 2 or "Error: " in str(refused.value)


@asynccontextmanager
async def nothing_commits() -> AsyncIterator[None]:
    """Orders come as far as the table, and no further until the block ends."""
    async with db.connection() as conn, conn.transaction():
        await conn.execute("LOCK TABLE orders IN SHARE MODE")
        yield


async def one_waits() -> bool:
    return await db.pool().fetchval(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'orders'::regclass"
    )


def seen(stream: asyncio.StreamReader | None) -> bytes:
    """What of it has come so far."""
    assert stream is not None
    return bytes(stream._buffer)  # type: ignore[attr-defined]


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize(
    ("number", "code"),
    [pytest.param(signal.SIGINT, 130, id="Ctrl-C"), pytest.param(signal.SIGTERM, 143, id="SIGTERM")],
)
async def test_a_signal_stops_the_reading_and_what_is_in_flight_is_answered_after_its_commit(
    number: int, code: int
) -> None:
    async with command("--user", "alice") as process:
        assert process.stdin is not None
        async with nothing_commits():
            process.stdin.write(line() + line())
            await eventually(one_waits, PATIENCE)
            process.send_signal(number)
            assert seen(process.stdout) == b""
        assert await process.wait() == code
        assert process.stdout is not None
        assert process.stderr is not None
        out, err = await process.stdout.read(), (await process.stderr.read()).decode()
    assert [row.split()[1] for row in out.splitlines()] == [b"accepted", b"accepted"]
    assert "2 accepted, 0 replayed, 0 refused" in err
    assert "Stopped. What is printed is kept; run the same again for the rest." in err
    assert "Traceback" not in err
    assert await orders() == 2


@pytest.mark.usefixtures("alice")
async def test_a_row_comes_at_once_while_the_pipe_stays_open_and_jobs_are_announced() -> None:
    told: asyncio.Queue[str] = asyncio.Queue()

    def hear(*heard: Any) -> None:
        told.put_nowait(heard[3])

    async with db.connection() as conn, command("--user", "alice") as process:
        await conn.add_listener("headrace", hear)
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(2):
            process.stdin.write(line())
            assert b"accepted" in await process.stdout.readline()
            assert '"ready","orders"' in await told.get()
        process.stdin.close()
        assert await process.wait() == 0
        await conn.remove_listener("headrace", hear)


@pytest.mark.usefixtures("alice")
async def test_a_reader_who_goes_away_ends_it_quietly() -> None:
    async with command("--user", "alice") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(line())
        assert b"accepted" in await process.stdout.readline()
        process._transport.get_pipe_transport(1).close()  # type: ignore[attr-defined]
        process.stdin.write(line())
        assert await process.wait() == 141
        assert process.stderr is not None
        err = (await process.stderr.read()).decode()
    assert "Traceback" not in err
    assert "BrokenPipe" not in err
    assert await orders() == 2


@pytest.mark.usefixtures("alice")
async def test_a_database_that_went_away_is_said_and_the_same_again_is_safe() -> None:
    async with before_the_database() as cable:
        conf = database_url().rpartition("@")[0], database_url().rpartition("/")[2]
        url = f"{conf[0]}@127.0.0.1:{cable.port}/{conf[1]}"
        async with command("--user", "alice", url=url) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(line())
            first = await process.stdout.readline()
            async with nothing_commits():
                process.stdin.write(line())
                await eventually(one_waits, PATIENCE)
                assert cable.cut() > 0
                await cable.refused.wait()  # it tries again
                process.send_signal(signal.SIGINT)
                assert await process.wait() == 1
            assert process.stderr is not None
            err = (await process.stderr.read()).decode()
            assert await process.stdout.read() == b""
    assert b"accepted" in first
    assert "1 accepted, 0 replayed, 0 refused, 1 not answered" in err
    assert "The database does not answer: " in err
    assert "Run the same again: nothing is kept twice." in err
    assert "Traceback" not in err
    code, out, _err = await submitted("--user", "alice", lines=[line(), line()])
    assert code == 0
    assert out.splitlines()[0].split()[1] == "replayed"
    assert await orders() == 2
