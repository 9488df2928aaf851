"""A cable to the tests' PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from jobs import db
from tests.journeys.cable import Cable, cable


@asynccontextmanager
async def database_cable() -> AsyncIterator[Cable]:
    """``port`` on 127.0.0.1 leads to the server of the test database."""
    options = db.connect_options()
    host, port = options["host"] or "localhost", options["port"] or 5432
    target = f"{host}/.s.PGSQL.{port}" if host.startswith("/") else f"{host}:{port}"
    async with cable(target) as line:
        yield line
