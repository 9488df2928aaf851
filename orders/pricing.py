"""What an order means in this shop: its customer and the price of each line, or what is wrong with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypedDict

from django.utils.translation import gettext as _

from jobs.db import Connection
from orders.rules.money import MAX_AMOUNT
from orders.schema import OrderIn
from orders.statements import sql


class Problem(TypedDict):
    """One thing wrong: the field it is about (``lines[2].sku``), and words."""

    field: str
    message: str


class Product(NamedTuple):
    """What one unit costs, in minor units."""

    currency: str
    price: int


@dataclass(frozen=True, slots=True)
class Priced:
    """An order this shop can take: customer, total and the unit price of each line, in minor units."""

    customer: int
    total: int
    unit_prices: list[int]


@dataclass(frozen=True, slots=True)
class Shop:
    """The active customers (id by code) and products (by SKU) that some orders name."""

    customers: Mapping[str, int]
    products: Mapping[str, Product]


async def read_shop(conn: Connection, orders: Sequence[OrderIn]) -> Shop:
    """Look up everything these orders name, in two statements."""
    codes = {order.customer for order in orders}
    skus = {line.sku for order in orders for line in order.lines}
    return await look_up(conn, codes, skus)


async def look_up(conn: Connection, codes: Iterable[str], skus: Iterable[str]) -> Shop:
    """What there is of these customers and products."""
    customers = await conn.fetch(sql("find_customers"), list(codes))
    products = await conn.fetch(sql("find_products"), list(skus))
    return Shop(
        customers={row["code"]: row["id"] for row in customers},
        products={row["sku"]: Product(row["currency"], row["price"]) for row in products},
    )


def price(order: OrderIn, shop: Shop) -> Priced | list[Problem]:
    """The order with its prices, or everything that is wrong with it, field by field."""
    problems = misfits(shop, order.customer, order.currency, [line.sku for line in order.lines])
    if problems:
        return problems
    prices = [shop.products[line.sku].price for line in order.lines]
    total = sum(price * line.quantity for price, line in zip(prices, order.lines, strict=True))
    if total > MAX_AMOUNT:
        return [Problem(field="lines", message=_("the total is too large"))]
    return Priced(shop.customers[order.customer], total, prices)


def misfits(
    shop: Shop, customer: str | None, currency: str | None, skus: Sequence[str | None]
) -> list[Problem]:
    """What of this the shop does not know, or sells for other money. None: that is wrong in itself."""
    problems: list[Problem] = []
    if customer is not None and customer not in shop.customers:
        problems.append(Problem(field="customer", message=_("is not an active customer")))
    for place, sku in enumerate(skus):
        if sku is None:
            continue
        product = shop.products.get(sku)
        if product is None:
            message = _("there is no product %(sku)s") % {"sku": sku}
        elif currency is not None and product.currency != currency:
            message = _("the product %(sku)s is sold in %(theirs)s, the order is in %(ours)s") % {
                "sku": sku,
                "theirs": product.currency,
                "ours": currency,
            }
        else:
            continue
        problems.append(Problem(field=f"lines[{place}].sku", message=message))
    return problems
