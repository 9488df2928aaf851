"""Every statement of the engine, against the migrated schema."""

import re
from pathlib import Path

import pytest

from jobs import db
from jobs.statements import sql

MODULES = [path.read_text() for path in Path(sql.folder).parent.rglob("*.py")]


@pytest.mark.parametrize("name", sql.names())
async def test_it_prepares(session_pool, name):
    async with db.connection() as conn:
        await conn.prepare(sql(name))


@pytest.mark.parametrize("name", sql.names())
def test_it_names_its_columns(name):
    assert not re.search(r"(SELECT|RETURNING)\s+(\w+\.)?\*", sql(name))


@pytest.mark.parametrize("name", sql.names())
def test_its_time_is_the_clock_that_tests_can_move(name):
    assert not re.search(
        r"\b(now|clock_timestamp|statement_timestamp)\s*\(|current_timestamp", sql(name), re.I
    )


@pytest.mark.parametrize("name", sql.names())
def test_somebody_uses_it(name):
    assert any(f'"{name}"' in text for text in MODULES)
