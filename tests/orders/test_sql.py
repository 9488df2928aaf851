"""Every statement of the domain prepares against the migrated schema, and names its columns."""

import asyncpg
import pytest

from jobs import db
from orders.statements import sql


@pytest.mark.usefixtures("database")
async def test_every_statement_prepares() -> None:
    refused = {}
    async with db.connection() as conn:
        for name in sql.names():
            try:
                await conn.prepare(sql(name))
            except asyncpg.PostgresError as error:
                refused[name] = str(error)
    assert refused == {}


@pytest.mark.parametrize("name", sql.names())
def test_the_statement_names_its_columns(name: str) -> None:
    for star in ("SELECT *", "RETURNING *", ".*"):
        assert star not in sql(name)
