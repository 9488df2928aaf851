"""A month of real invoices, as a small shop would sell them; read by the journeys that send them."""

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orders import catalogue

FILE = Path(__file__).resolve().parents[3] / "shared/data/online-retail-2010-12.csv"
Invoices = dict[str, list[dict[str, str]]]
UNKNOWN = "walk-in"
POOR = "17850"

needs_invoices = pytest.mark.skipif(not FILE.exists(), reason=f"the invoices are not at {FILE}")


def read_invoices(count: int | None = None) -> Invoices:
    """The first invoices of the file, or all of them."""
    found: Invoices = {}
    with FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["InvoiceNo"] not in found and len(found) == count:
                break
            found.setdefault(row["InvoiceNo"], []).append(row)
    return found


def customer(row: dict[str, str]) -> str:
    return row["CustomerID"].removesuffix(".0") or UNKNOWN


async def open_shop(invoices: Invoices) -> set[str]:
    """Every stock code with a price is a product; every customer has money, but one. The SKUs."""
    rows = [row for lines in invoices.values() for row in lines]
    prices: dict[str, int] = {}
    for row in rows:
        if (pence := int(Decimal(row["UnitPrice"]) * 100)) > 0:
            prices.setdefault(row["StockCode"], pence)
    await catalogue.add_products(
        [
            {"sku": sku, "name": sku, "currency": "GBP", "price": pence, "on_hand": 10**6}
            for sku, pence in prices.items()
        ]
    )
    people = sorted({customer(row) for row in rows})
    await catalogue.add_customers([{"code": code, "name": code, "currencies": ["GBP"]} for code in people])
    for code in people:
        if code != POOR:
            await catalogue.deposit(code, "GBP", 10**9, f"first-{code}", "test:invoices", "to spend")
    return set(prices)


def order(number: str, rows: list[dict[str, str]]) -> dict[str, Any]:
    """An invoice as an order that comes in."""
    return {
        "customer": customer(rows[0]),
        "currency": "GBP",
        "reference": number,
        "lines": [{"sku": row["StockCode"], "quantity": int(row["Quantity"])} for row in rows],
    }


@dataclass(frozen=True)
class Expected:
    """The invoices refused for a quantity or for a product, and those nobody can pay."""

    returns: set[str]
    unpriced: set[str]
    unpaid: set[str]


def expect(invoices: Invoices, skus: set[str]) -> Expected:
    returns = {n for n, rows in invoices.items() if any(int(row["Quantity"]) <= 0 for row in rows)}
    unpriced = {n for n, rows in invoices.items() if any(row["StockCode"] not in skus for row in rows)}
    poor = {n for n, rows in invoices.items() if customer(rows[0]) == POOR}
    return Expected(returns, unpriced - returns, poor - returns - unpriced)


def refused_field(number: str, expected: Expected) -> str:
    """What the refusal of this invoice is about."""
    return "quantity" if number in expected.returns else "sku"
