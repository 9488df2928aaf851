"""The gate between the demo and its database, in front of the real server."""

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest
from django.db import connections

from console.demo.gate import Gate, socket_of
from jobs import db


@pytest.fixture
def gate(database: None) -> Iterator[Gate]:
    target = socket_of(connections["default"].settings_dict)
    assert target is not None, "these tests reach their server by its socket"
    gate = Gate(target)
    gate.open()
    yield gate
    gate.close()


async def connect(gate: Gate) -> asyncpg.Connection:
    return await asyncpg.connect(**db.connect_options() | {"host": str(gate.folder)})


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"HOST": "/run/postgresql", "PORT": ""}, "/run/postgresql/.s.PGSQL.5432"),
        ({"HOST": "/tmp/x", "PORT": "5433"}, "/tmp/x/.s.PGSQL.5433"),
        ({"HOST": "127.0.0.1", "PORT": "5432"}, None),
        ({"HOST": "/one,/two", "PORT": ""}, None),
        ({"HOST": "", "PORT": ""}, None),
    ],
)
def test_only_a_servers_own_socket_has_a_gate(settings: dict[str, str], path: str | None) -> None:
    found = socket_of(settings)
    assert (found and str(found)) == path


async def test_what_goes_through_is_whole(gate: Gate) -> None:
    conn = await connect(gate)
    text = "x" * 5_000_000
    assert await conn.fetchval("SELECT $1::text", text) == text
    await conn.close()


async def test_a_cut_ends_every_line_and_lets_none_through_until_it_is_mended(gate: Gate) -> None:
    conn = await connect(gate)
    backend = conn.get_server_pid()
    waiting = asyncio.create_task(conn.execute("SELECT pg_sleep(30)"))
    assert await gate.cut() == 1
    with pytest.raises((asyncpg.PostgresConnectionError, ConnectionError)):
        await waiting
    with pytest.raises((asyncpg.PostgresConnectionError, OSError)):
        await connect(gate)
    gate.mend()
    conn = await connect(gate)
    assert await conn.fetchval("SELECT 1") == 1
    # A statement that got through sleeps on for nobody, and the test database could not go meanwhile.
    await conn.execute("SELECT pg_terminate_backend($1, 5000)", backend)
    await conn.close()


async def test_who_does_not_go_through_the_gate_notices_nothing(gate: Gate) -> None:
    await gate.cut()
    async with db.connection() as conn:
        assert await conn.fetchval("SELECT 1") == 1


async def test_nobody_else_may_enter_its_folder_and_it_goes_with_the_gate(gate: Gate) -> None:
    assert gate.folder.stat().st_mode & 0o777 == 0o700
    gate.close()
    gate.close()
    assert not gate.folder.exists()
    with pytest.raises(OSError):
        await connect(gate)
