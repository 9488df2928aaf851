"""What every test may use. Database tests ask for ``database``: committed rows, one loop, one pool."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.db import connections

from jobs import db


@pytest_asyncio.fixture(scope="session")
async def session_pool(django_db_setup: None, django_db_blocker: object) -> AsyncIterator[None]:
    """The process's pool on Django's test database, closed before that is dropped."""
    await db.open_pool(min_size=2)
    yield
    await db.close_pool()
    await sync_to_async(connections.close_all)()


@pytest.fixture
def database(session_pool: None, transactional_db: None) -> None:
    """A migrated database, emptied after the test."""
