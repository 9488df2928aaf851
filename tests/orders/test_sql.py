"""Every statement of the domain prepares against the migrated schema, and names its columns."""

import re
from pathlib import Path

import asyncpg
import pytest

from jobs import db
from orders.ledger_check import RULES
from orders.statements import sql

MODULES = [path.read_text() for path in Path(sql.folder).parent.rglob("*.py")]

#: Statements whose names are put together: one a rule of the ledger check, one a part of an order's detail.
MADE_UP = {f"check_{rule}" for rule in RULES} | {
    f"order_{part}" for part in ("lines", "events", "transfers", "quotes")
}


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


@pytest.mark.parametrize("name", sql.names())
def test_its_time_is_the_clock_that_tests_can_move(name: str) -> None:
    assert not re.search(r"\b(now|clock_timestamp|statement_timestamp)\s*\(|current_", sql(name), re.I)


@pytest.mark.parametrize("name", sorted(set(sql.names()) - MADE_UP))
def test_somebody_uses_it(name: str) -> None:
    assert any(f'"{name}"' in text for text in MODULES)
