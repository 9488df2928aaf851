"""What can be said at once of an order whose form is wrong."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import pytest
from django.conf import settings

from orders import unfit
from orders.admission import admission
from orders.pricing import look_up
from orders.schema import MAX_LINES
from orders.unfit import unknown, unknown_of_each

pytestmark = pytest.mark.usefixtures("shop")

NO_CUSTOMER = ("customer", "is not an active customer")
NO_PRODUCT = ("lines[1].sku", "there is no product NO")
YEN = ("lines[0].sku", "the product BOWL is sold in JPY, the order is in EUR")
LINES = [{"sku": "BOWL"}, {"sku": "NO"}]


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        pytest.param({"customer": "C999"}, [NO_CUSTOMER], id="a customer nobody knows"),
        pytest.param({"currency": "EUR", "lines": LINES}, [YEN, NO_PRODUCT], id="products"),
        pytest.param(
            {"customer": "C999", "currency": "EUR", "lines": LINES},
            [NO_CUSTOMER, YEN, NO_PRODUCT],
            id="all of it",
        ),
        pytest.param({"currency": "EUX", "lines": LINES}, [NO_PRODUCT], id="no currency to compare with"),
        pytest.param({"customer": "C001", "currency": "EUR"}, [], id="all there is, is known"),
        pytest.param({"lines": [{"sku": 7}, {"sku": "NO"}, 7, None, []]}, [NO_PRODUCT], id="no names"),
        pytest.param({"customer": "\0", "lines": [{"sku": "x" * 101}, {"sku": "\ud800"}]}, [], id="no texts"),
        pytest.param({"customer": 7, "currency": [], "lines": {}}, [], id="other kinds"),
        pytest.param({"lines": [{"sku": "NO"}] * (MAX_LINES + 1)}, [], id="more lines than are read"),
        pytest.param([], [], id="a list"),
        pytest.param(None, [], id="nothing"),
    ],
)
async def test_what_the_shop_does_not_know_is_told(raw: Any, found: list[tuple[str, str]]) -> None:
    assert [(problem["field"], problem["message"]) for problem in await unknown(raw)] == found


async def test_of_many_each_is_told_its_own_and_they_are_looked_up_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[None] = []

    async def counted(*args: Any) -> Any:
        looked.append(None)
        return await look_up(*args)

    monkeypatch.setattr(unfit, "look_up", counted)
    raws = [{"customer": "C999"}, None, {"customer": "C001"}, {"currency": "EUR", "lines": LINES}]
    told = [
        [(problem["field"], problem["message"]) for problem in one] for one in await unknown_of_each(raws)
    ]
    assert told == [[NO_CUSTOMER], [], [], [YEN, NO_PRODUCT]]
    assert len(looked) == 1


async def test_a_full_house_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orders.admission.MOST_WAITING", 0)
    assert await unknown({"customer": "C999"}) == []


async def test_a_crowd_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unfit, "PATIENCE", 0.1)
    async with AsyncExitStack() as crowd, asyncio.timeout(10):
        for _lane in range(settings.DATABASE_POOL[1] // 2):
            await crowd.enter_async_context(admission().enter(1))
        assert await unknown({"customer": "C999"}) == []
        assert admission().waiting == 0


async def test_without_the_database_what_is_known_already_has_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*args: object) -> None:
        raise asyncpg.ConnectionDoesNotExistError("gone")

    monkeypatch.setattr(unfit, "look_up", away)
    assert await unknown({"customer": "C999"}) == []
