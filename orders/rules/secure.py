"""Which orders can be secured: all of their stock reserved and all of their money held, or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from orders.rules import money


@dataclass(frozen=True, slots=True)
class Wanted:
    """An order that waits to be secured: units by SKU, and its total in minor units."""

    id: UUID
    customer: int
    customer_name: str
    currency: str
    total: int
    units: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Wallet:
    """A customer's account in one currency; ``available`` minor units may leave it (None: any amount)."""

    account: int
    available: int | None


@dataclass(frozen=True, slots=True)
class Decision:
    """Secured from the account ``wallet``, or refused with words that say why."""

    id: UUID
    wallet: int | None = None
    refusal: str = ""


def decide(
    orders: Iterable[Wanted],
    stock: Mapping[str, int],
    wallets: Mapping[tuple[int, str], Wallet],
    revenue: Mapping[str, int],
) -> list[Decision]:
    """Decide in the order given: each order sees what the ones before it have left.

    ``stock`` is free units by SKU, ``wallets`` is by customer and currency, ``revenue`` the house's account
    by currency.
    """
    left = dict(stock)
    spent: dict[int, int] = {}
    decisions = []
    for order in orders:
        wallet = wallets.get((order.customer, order.currency))
        refusals = _missing_stock(order, left) + _missing_money(order, wallet, spent)
        if order.currency not in revenue:
            refusals.append(f"the house has no {order.currency} account")
        if refusals or wallet is None:
            decisions.append(Decision(order.id, refusal="; ".join(refusals)))
            continue
        for sku, quantity in order.units.items():
            left[sku] -= quantity
        spent[wallet.account] = spent.get(wallet.account, 0) + order.total
        decisions.append(Decision(order.id, wallet=wallet.account))
    return decisions


def _missing_stock(order: Wanted, left: Mapping[str, int]) -> list[str]:
    return [
        f"no stock of {sku}: {quantity} wanted, {left.get(sku, 0)} left"
        for sku, quantity in order.units.items()
        if quantity > left.get(sku, 0)
    ]


def _missing_money(order: Wanted, wallet: Wallet | None, spent: Mapping[int, int]) -> list[str]:
    if wallet is None:
        return [f"{order.customer_name} has no {order.currency} account"]
    if wallet.available is None:
        return []
    available = wallet.available - spent.get(wallet.account, 0)
    if order.total <= available:
        return []
    wanted, there = money.words(order.total, order.currency), money.words(available, order.currency)
    return [f"no funds: {wanted} wanted, {there} available"]
