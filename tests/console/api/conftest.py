"""A shop, and who calls: Ada and Bob may do everything, each in their own name, Charlie nothing."""

from collections.abc import Iterator, Sequence

import pytest
import pytest_asyncio
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission, User

from console.api.handler import ApiHandler
from jobs.changes import Change, outlet
from orders.catalogue import add_customers, add_products, deposit
from orders.clients import create_token
from tests.console.api.caller import Caller

ALL = ("orders.add_order", "orders.view_order", "orders.make_transfer", "jobs.view_job")


@pytest.fixture(scope="session")
def application() -> ApiHandler:
    return ApiHandler()


@pytest.fixture
def nobody(application: ApiHandler) -> Caller:
    """Somebody without a token."""
    return Caller(application)


@pytest.fixture
def quiet() -> Iterator[None]:
    """Nothing is announced: no test here listens."""

    async def forget(changes: Sequence[Change]) -> None:
        return None

    before, outlet.publish = outlet.publish, forget
    yield
    outlet.publish = before


def make_user(name: str, *permissions: str) -> User:
    user = get_user_model().objects.create_user(name)
    for permission in permissions:
        app, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return user


@pytest.fixture
def people(database: None) -> dict[str, User]:
    return {"ada": make_user("ada", *ALL), "bob": make_user("bob", *ALL), "charlie": make_user("charlie")}


async def with_token(application: ApiHandler, user: User) -> Caller:
    return Caller(application, await create_token(user.pk, "test"))


@pytest_asyncio.fixture
async def ada(application: ApiHandler, people: dict[str, User], shop: None) -> Caller:
    return await with_token(application, people["ada"])


@pytest_asyncio.fixture
async def bob(application: ApiHandler, people: dict[str, User], shop: None) -> Caller:
    return await with_token(application, people["bob"])


@pytest_asyncio.fixture
async def charlie(application: ApiHandler, people: dict[str, User]) -> Caller:
    return await with_token(application, people["charlie"])


@pytest_asyncio.fixture
async def shop(database: None, quiet: None) -> None:
    """A tea at 4.50 EUR, a bowl in yen, and a customer with 100.00 EUR."""
    await add_products(
        [
            {"sku": "TEA", "name": "Green tea", "currency": "EUR", "price": 450, "on_hand": 10},
            {"sku": "BOWL", "name": "Tea bowl", "currency": "JPY", "price": 1200, "on_hand": 10},
        ]
    )
    await add_customers([{"code": "C001", "name": "Ada Lovelace", "currencies": ["EUR"]}])
    await deposit("C001", "EUR", 10_000, "opening", "command:test", "opening")
