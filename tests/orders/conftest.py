"""The shop every order test plays in, and an ear for what is announced."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import hypothesis
import pytest
import pytest_asyncio

from jobs import db
from jobs.changes import Change, outlet
from orders.catalogue import add_customers, add_products, deposit

# A busy machine is slow, not wrong: an example may take its time.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")

ADA, BOB = "C001", "C002"


@pytest.fixture
def heard() -> Iterator[list[Change]]:
    """Every change announced during the test, in order, instead of a notification."""
    changes: list[Change] = []

    async def keep(told: Sequence[Change]) -> None:
        changes.extend(told)

    before, outlet.publish = outlet.publish, keep
    yield changes
    outlet.publish = before


@pytest.fixture
def no_deadlock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails a test in which a transaction had to be tried again: locks were taken in the wrong order."""
    seen: list[Exception] = []
    real = db.retrying

    async def noting(work: Callable[[], Awaitable[Any]], *, tries: int = 5) -> Any:
        async def once() -> Any:
            try:
                return await work()
            except db.RETRYABLE as error:
                seen.append(error)
                raise

        return await real(once, tries=tries)

    monkeypatch.setattr(db, "retrying", noting)
    yield
    assert seen == []


@pytest_asyncio.fixture
async def shop(database: None, heard: list[Change]) -> None:
    """Ada has 100.00 EUR and 5,000 JPY, Bob an empty EUR wallet; ten of each tea and of a bowl."""
    await add_products(
        [
            {"sku": "TEA-GREEN", "name": "Green tea", "currency": "EUR", "price": 450, "on_hand": 10},
            {"sku": "TEA-BLACK", "name": "Black tea", "currency": "EUR", "price": 300, "on_hand": 10},
            {"sku": "BOWL", "name": "Tea bowl", "currency": "JPY", "price": 1200, "on_hand": 10},
        ]
    )
    await add_customers(
        [
            {"code": ADA, "name": "Ada Lovelace", "currencies": ["EUR", "JPY"]},
            {"code": BOB, "name": "Bob Noyce", "currencies": ["EUR"]},
        ]
    )
    await deposit(ADA, "EUR", 10_000, "ada-eur", "command:test", "opening")
    await deposit(ADA, "JPY", 5_000, "ada-jpy", "command:test", "opening")
