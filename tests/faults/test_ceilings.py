"""What a server, a database and a role allow, as PostgreSQL itself counts it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
import pytest

from console.postgres.place import PORT, USER
from console.postgres.server import SETTINGS
from jobs.rules.budget import Ceiling
from jobs.store import ceilings
from tests.faults.cluster import Ground

pytestmark = pytest.mark.fault

MOST = int(SETTINGS["max_connections"])
RESERVED = 3


@asynccontextmanager
async def connected(ground: Ground, user: str, name: str) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(
        host=str(ground.cluster.place.socket), port=PORT, user=user, database=ground.database,
        server_settings={"application_name": name},
    )  # fmt: skip
    try:
        yield conn
    finally:
        await conn.close()


async def test_a_superuser_is_stopped_by_the_server_alone(ground: Ground) -> None:
    await ground.cluster.execute(f"ALTER DATABASE {ground.database} CONNECTION LIMIT 5")
    async with connected(ground, USER, "headrace") as conn:
        assert await ceilings(conn) == [Ceiling("server", MOST, 0, 0)]


async def test_an_ordinary_role_has_what_is_not_reserved_and_its_limits(ground: Ground) -> None:
    execute = ground.cluster.execute
    await execute("CREATE ROLE few LOGIN")
    async with AsyncExitStack() as stack:
        stack.push_async_callback(execute, "DROP ROLE few")
        conn = await stack.enter_async_context(connected(ground, "few", "headrace"))
        assert await ceilings(conn) == [Ceiling("server", MOST - RESERVED, 0, 0)]
        await execute(f"ALTER DATABASE {ground.database} CONNECTION LIMIT 50")
        await execute("ALTER ROLE few CONNECTION LIMIT 40")
        for user, name in [
            ("few", "headrace listener"),
            ("few", "django headrace"),
            ("few", "psql"),
            (USER, "headrace listener"),
            (USER, "backup"),
        ]:
            await stack.enter_async_context(connected(ground, user, name))
        assert await ceilings(conn) == [
            Ceiling("server", MOST - RESERVED, 2, 2),
            Ceiling("database", 50, 2, 2),
            Ceiling("role", 40, 1, 1),
        ]
