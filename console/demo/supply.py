"""Fills the demo's shop: goods on the shelves, money in the wallets, at the start and ever after."""

from asgiref.sync import sync_to_async
from django.utils.translation import gettext as _

from console.demo.catalogue import CURRENCIES, CUSTOMERS, PRODUCTS, wallet
from orders.catalogue import (
    NewCustomer,
    NewProduct,
    add_customers,
    add_products,
    deposit,
    restock,
)
from orders.models import Account, Balance, Stock

ACTOR = "command:demo"


async def open_shop() -> None:
    """Products, customers and accounts; a second call changes nothing. Wallets are filled by top_up()."""
    why = _("the demo opens its shop")
    products = [
        NewProduct(sku=p.sku, name=p.name, currency=p.currency, price=p.price, on_hand=p.stock)
        for p in PRODUCTS
    ]
    customers = [NewCustomer(code=c.code, name=c.name, currencies=CURRENCIES) for c in CUSTOMERS]
    await add_products(products, actor=ACTOR, reason=why)
    await add_customers(customers, actor=ACTOR, reason=why)


async def top_up() -> tuple[int, int]:
    """Fill up every shelf and wallet that is less than half full; how many of each that were."""
    shelves, wallets = await sync_to_async(_low)()
    for sku, quantity in shelves:
        await restock(sku, quantity, ACTOR, _("delivery"))
    for customer, currency, amount in wallets:
        await deposit(customer, currency, amount, None, ACTOR, _("pay day"))
    return len(shelves), len(wallets)


def _low() -> tuple[list[tuple[str, int]], list[tuple[str, str, int]]]:
    """(SKU, units missing) and (customer, currency, minor units missing); what is held counts as gone."""
    left = {s.sku: s.on_hand - s.reserved for s in Stock.objects.filter(sku__in=[p.sku for p in PRODUCTS])}
    shelves = [(p.sku, p.stock - left[p.sku]) for p in PRODUCTS if left[p.sku] * 2 < p.stock]
    accounts = {
        (code, currency): account
        for account, code, currency in Account.objects.filter(
            customer__code__in=[c.code for c in CUSTOMERS]
        ).values_list("id", "customer__code", "currency")
    }
    money = {b.account: b.posted - b.held for b in Balance.objects.filter(account__in=accounts.values())}
    wallets = []
    for customer in CUSTOMERS:
        for currency in CURRENCIES:
            full = wallet(customer, currency)
            held = money[accounts[customer.code, currency]]
            if held * 2 < full:
                wallets.append((customer.code, currency, full - held))
    return shelves, wallets
