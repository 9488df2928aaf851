"""Filling the shop: everything once, however often it is asked for."""

import asyncio
from uuid import uuid4

import pytest

from orders.catalogue import (
    UnknownCustomer,
    UnknownProduct,
    add_customers,
    add_products,
    change_customer,
    change_product,
    restock,
)
from orders.rules.money import MoneyError
from orders.transfer import TransferRefused, transfer
from tests.orders.desk import account, assert_books_balance, rows, units

pytestmark = pytest.mark.usefixtures("shop")


async def test_running_it_again_changes_nothing() -> None:
    before = await rows("SELECT count(*) FROM audit")
    tea = {"sku": "TEA-GREEN", "name": "Other", "currency": "JPY", "price": 1, "on_hand": 99}
    ada = {"code": "C001", "name": "Other", "currencies": ["EUR", "JPY"]}
    assert await add_products([tea]) == 0
    assert await add_customers([ada]) == 0
    assert await rows("SELECT count(*) FROM audit") == before
    assert await rows("SELECT name, price FROM product WHERE sku = 'TEA-GREEN'") == [
        {"name": "Green tea", "price": 450}
    ]
    assert await units("TEA-GREEN") == (10, 0)


async def test_a_customer_gets_the_wallets_that_are_missing() -> None:
    assert await add_customers([{"code": "C002", "name": "Bob Noyce", "currencies": ["EUR", "JPY"]}]) == 0
    wallet = await account("wallet:C002:JPY")
    assert (wallet["customer"], wallet["posted"], wallet["floor"], wallet["available"]) == ("C002", 0, 0, 0)
    await assert_books_balance()


@pytest.mark.parametrize("first", ["product", "customer", "wallet"])
async def test_the_first_of_a_currency_brings_the_houses_accounts_which_have_no_floor(first: str) -> None:
    if first == "product":
        await add_products([{"sku": "OUD", "name": "Oud", "currency": "KWD", "price": 1}])
    elif first == "customer":
        await add_customers([{"code": "C009", "name": "Eve", "currencies": ["KWD"]}])
    else:
        await change_customer("C001", {}, wallets=["KWD"], actor="user:ada", reason="")
    assert (await account("revenue:KWD"))["floor"] is None
    assert (await account("cash:KWD"))["floor"] is None
    (said,) = await rows(
        "SELECT data -> 'accounts' AS opened FROM audit WHERE data -> 'accounts' ? 'cash:KWD'"
    )
    assert {"cash:KWD", "revenue:KWD"} <= set(said["opened"])
    await assert_books_balance()


async def test_a_product_that_is_there_opens_no_account() -> None:
    assert await add_products([{"sku": "TEA-GREEN", "name": "Tea", "currency": "KWD", "price": 1}]) == 0
    assert await rows("SELECT code FROM account WHERE currency = 'KWD'") == []


async def test_a_currency_nobody_knows_is_refused() -> None:
    with pytest.raises(MoneyError):
        await add_products([{"sku": "X", "name": "X", "currency": "EUX", "price": 1}])
    with pytest.raises(MoneyError):
        await change_customer("C001", {"name": "Eve"}, wallets=["EUX"], actor="user:ada", reason="")
    assert await rows("SELECT name FROM customer WHERE code = 'C001'") == [{"name": "Ada Lovelace"}]


async def test_restocking_adds_units() -> None:
    await restock("TEA-GREEN", 5, "user:ada", "delivery")
    assert await units("TEA-GREEN") == (15, 0)
    with pytest.raises(UnknownProduct, match="no product NO"):
        await restock("NO", 5, "user:ada", "delivery")
    with pytest.raises(ValueError, match="at least one"):
        await restock("TEA-GREEN", 0, "user:ada", "delivery")


async def test_units_of_one_key_come_once_whatever_else_the_change_says() -> None:
    key = uuid4()

    async def again() -> None:
        change = {"price": 460}
        await change_product("TEA-GREEN", change, more=5, key=key, actor="user:ada", reason="delivery")

    answers = await asyncio.gather(*(again() for _ in range(4)), return_exceptions=True)
    assert sorted(map(repr, answers)) == ["AlreadyRestocked('TEA-GREEN')"] * 3 + ["None"]
    assert await units("TEA-GREEN") == (15, 0)
    said = await rows("SELECT action, subject, reason, data FROM audit WHERE actor = 'user:ada' ORDER BY id")
    about = {"subject": "product:TEA-GREEN", "reason": "delivery"}
    assert said == [
        about | {"action": "product.change", "data": {"price": [450, 460]}},
        about | {"action": "stock.add", "data": {"quantity": 5, "key": str(key)}},
    ]
    await assert_books_balance()


async def test_a_change_and_its_wallets_are_one_row_of_the_audit() -> None:
    await change_customer(
        "C001", {"name": "Ada King"}, wallets=["EUR", "KWD"], actor="user:ada", reason="wed"
    )
    assert await rows("SELECT action, subject, data FROM audit WHERE actor = 'user:ada'") == [
        {
            "action": "customer.change",
            "subject": "customer:C001",
            "data": {
                "name": ["Ada Lovelace", "Ada King"],
                "accounts": ["cash:KWD", "revenue:KWD", "wallet:C001:KWD"],
            },
        }
    ]
    assert (await account("wallet:C001:KWD"))["floor"] == 0


async def test_a_change_writes_what_is_another_value_and_says_what_it_was() -> None:
    before = await units("TEA-GREEN")
    await change_product("TEA-GREEN", {"name": "Green tea", "price": 500}, actor="user:ada", reason="dearer")
    assert await rows("SELECT name, price, active FROM product WHERE sku = 'TEA-GREEN'") == [
        {"name": "Green tea", "price": 500, "active": True}
    ]
    assert await rows("SELECT actor, subject, reason, data FROM audit WHERE action = 'product.change'") == [
        {
            "actor": "user:ada",
            "subject": "product:TEA-GREEN",
            "reason": "dearer",
            "data": {"price": [450, 500]},
        }
    ]
    await change_customer("C001", {"active": False, "email": ""}, actor="user:ada", reason="left")
    assert await rows("SELECT subject, data FROM audit WHERE action = 'customer.change'") == [
        {"subject": "customer:C001", "data": {"active": [True, False]}}
    ]
    assert await units("TEA-GREEN") == before
    await assert_books_balance()


async def test_a_change_of_nothing_is_no_change() -> None:
    before = await rows("SELECT count(*) FROM audit")
    await change_product("TEA-GREEN", {"price": 450}, actor="user:ada", reason="")
    await change_customer("C001", {}, actor="user:ada", reason="")
    assert await rows("SELECT count(*) FROM audit") == before


async def test_what_nobody_knows_is_not_changed() -> None:
    with pytest.raises(UnknownProduct, match="no product NO"):
        await change_product("NO", {"price": 1}, actor="user:ada", reason="")
    with pytest.raises(UnknownCustomer, match="no customer NO"):
        await change_customer("NO", {"name": "No"}, actor="user:ada", reason="")


async def test_an_empty_list_is_harmless() -> None:
    assert await add_products([]) == 0
    assert await add_customers([]) == 0
    with pytest.raises(TransferRefused):
        await transfer(debit="", credit="x", amount=1, currency="EUR", key=None, actor="user:ada", reason="")
