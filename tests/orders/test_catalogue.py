"""Filling the shop: everything once, however often it is asked for."""

import pytest

from orders.catalogue import (
    UnknownCustomer,
    UnknownProduct,
    add_customers,
    add_products,
    change_customer,
    change_product,
    open_house_accounts,
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
    assert await open_house_accounts(["EUR"]) == []
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


async def test_the_houses_accounts_have_no_floor() -> None:
    assert sorted(await open_house_accounts(["KWD"])) == ["cash:KWD", "revenue:KWD"]
    assert (await account("revenue:KWD"))["floor"] is None


async def test_a_currency_nobody_knows_is_refused() -> None:
    with pytest.raises(MoneyError):
        await open_house_accounts(["EUX"])


async def test_restocking_adds_units() -> None:
    await restock("TEA-GREEN", 5, "user:ada", "delivery")
    assert await units("TEA-GREEN") == (15, 0)
    with pytest.raises(UnknownProduct, match="no product NO"):
        await restock("NO", 5, "user:ada", "delivery")
    with pytest.raises(ValueError, match="at least one"):
        await restock("TEA-GREEN", 0, "user:ada", "delivery")


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
