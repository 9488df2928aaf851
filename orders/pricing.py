"""What an order means in this shop: its customer and the price of each line, or what is wrong with it."""

from collections.abc import Mapping, Sequence
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
    codes = list({order.customer for order in orders})
    skus = list({line.sku for order in orders for line in order.lines})
    customers = await conn.fetch(sql("find_customers"), codes)
    products = await conn.fetch(sql("find_products"), skus)
    return Shop(
        customers={row["code"]: row["id"] for row in customers},
        products={row["sku"]: Product(row["currency"], row["price"]) for row in products},
    )


def price(order: OrderIn, shop: Shop) -> Priced | list[Problem]:
    """The order with its prices, or everything that is wrong with it, field by field."""
    problems: list[Problem] = []
    customer = shop.customers.get(order.customer)
    if customer is None:
        problems.append(Problem(field="customer", message=_("is not an active customer")))
    prices: list[int] = []
    total = 0
    for place, line in enumerate(order.lines):
        product = shop.products.get(line.sku)
        if product is None:
            message = _("there is no product %(sku)s") % {"sku": line.sku}
            problems.append(Problem(field=f"lines[{place}].sku", message=message))
        elif product.currency != order.currency:
            message = _("%(sku)s is sold in %(theirs)s, the order is in %(ours)s") % {
                "sku": line.sku,
                "theirs": product.currency,
                "ours": order.currency,
            }
            problems.append(Problem(field=f"lines[{place}].sku", message=message))
        else:
            prices.append(product.price)
            total += product.price * line.quantity
    if total > MAX_AMOUNT:
        problems.append(Problem(field="lines", message=_("the total is too large")))
    if problems or customer is None:
        return problems
    return Priced(customer, total, prices)
