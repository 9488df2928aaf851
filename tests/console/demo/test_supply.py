"""The demo's shop on a real database: filled once, topped up ever after."""

import pytest
from asgiref.sync import sync_to_async

from console.demo.catalogue import CUSTOMERS, PLENTY, PRODUCTS, WALLET
from console.demo.supply import ACTOR, open_shop, top_up
from orders import ledger_check
from orders.catalogue import restock
from orders.models import Account, Balance, Customer, Product, Stock
from orders.transfer import transfer

pytestmark = pytest.mark.usefixtures("database")


@sync_to_async
def on_hand(sku: str) -> int:
    return Stock.objects.get(sku=sku).on_hand


@sync_to_async
def posted(account: str) -> int:
    return Balance.objects.get(account=Account.objects.get(code=account).pk).posted


async def test_a_new_shop_is_full_and_the_ledger_adds_up() -> None:
    await open_shop()
    assert await top_up() == (0, 3 * len(CUSTOMERS))
    assert await Product.objects.acount() == 60
    assert await posted("wallet:C001:EUR") == WALLET["EUR"]
    assert await on_hand("KTL-110") == PLENTY
    assert await ledger_check.check() == []


async def test_opening_it_again_changes_nothing() -> None:
    await open_shop()
    await top_up()
    await restock(PRODUCTS[0].sku, 1, ACTOR, "")
    await open_shop()
    assert await top_up() == (0, 0)
    assert await Customer.objects.acount() == len(CUSTOMERS)
    assert await on_hand(PRODUCTS[0].sku) == PLENTY + 1


async def test_a_wallet_less_than_half_full_is_filled_up() -> None:
    await open_shop()
    await top_up()
    await transfer(
        debit="wallet:C002:USD",
        credit="cash:USD",
        amount=WALLET["USD"] // 2 + 1,
        currency="USD",
        key=None,
        actor=ACTOR,
        reason="",
    )
    assert await top_up() == (0, 1)
    assert await posted("wallet:C002:USD") == WALLET["USD"]
