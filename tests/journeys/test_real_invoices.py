"""Two hundred real invoices through the API door: each ends fulfilled, or refused with a reason."""

import asyncio
import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import aiohttp
import pytest

from orders import catalogue, ledger_check
from tests.journeys.cast import Alice, hire_alice
from tests.journeys.process import serving
from tests.journeys.watch import Watch

FILE = Path(__file__).resolve().parents[3] / "shared/data/online-retail-2010-12.csv"
Invoices = dict[str, list[dict[str, str]]]
UNKNOWN = "walk-in"
POOR = "17850"

pytestmark = pytest.mark.skipif(not FILE.exists(), reason=f"the invoices are not at {FILE}")


def read_invoices(count: int) -> Invoices:
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
    await catalogue.open_house_accounts(["GBP"])
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


async def post(session: aiohttp.ClientSession, url: str, alice: Alice, number: str, rows: list) -> tuple:
    body = {
        "customer": customer(rows[0]),
        "currency": "GBP",
        "reference": number,
        "lines": [{"sku": row["StockCode"], "quantity": int(row["Quantity"])} for row in rows],
    }
    async with session.post(f"{url}/api/v1/orders", json=body, headers=alice.headers(number)) as answer:
        return number, answer.status, await answer.json(content_type=None)


async def test_each_of_200_invoices_ends_fulfilled_or_refused_with_a_reason(database: None) -> None:
    invoices = read_invoices(200)
    assert len(invoices) == 200
    skus = await open_shop(invoices)
    alice = await hire_alice()
    returns = {n for n, rows in invoices.items() if any(int(row["Quantity"]) <= 0 for row in rows)}
    unpriced = {n for n, rows in invoices.items() if any(row["StockCode"] not in skus for row in rows)}
    poor = {n for n, rows in invoices.items() if customer(rows[0]) == POOR}
    unpaid = poor - returns - unpriced
    assert (len(returns), len(unpriced - returns), len(unpaid)) == (11, 8, 24)

    async with (
        serving() as server,
        aiohttp.ClientSession() as session,
        Watch(server.url, alice.token) as watch,
    ):
        answers = await asyncio.gather(
            *(post(session, server.url, alice, number, rows) for number, rows in invoices.items())
        )
        assert Counter(status for _number, status, _body in answers) == {202: 181, 422: 19}
        accepted = {body["id"]: number for number, status, body in answers if status == 202}
        rows = await watch.ended(set(accepted), seconds=60)

    for number, status, body in answers:
        if status == 422:
            fields = {error["field"].split(".")[-1] for error in body["errors"]}
            assert fields == ({"quantity"} if number in returns else {"sku"})
    assert {accepted[row["id"]] for row in rows if row["state"] == "rejected"} == unpaid
    for row in rows:
        assert row["state"] == ("rejected" if accepted[row["id"]] in unpaid else "fulfilled")
        assert row["state"] == "fulfilled" or "no funds" in row["reason"]
    assert await ledger_check.check() == []
