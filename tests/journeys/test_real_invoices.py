"""Sixty real invoices through the API door: each ends fulfilled, or refused with a reason.

The whole month goes through the command: test_december.py.
"""

import asyncio
from collections import Counter

import aiohttp

from orders import ledger_check
from tests.journeys.cast import Alice, hire_alice
from tests.journeys.invoices import expect, needs_invoices, open_shop, order, read_invoices, refused_field
from tests.journeys.process import serving
from tests.journeys.watch import Watch

pytestmark = needs_invoices


async def post(session: aiohttp.ClientSession, url: str, alice: Alice, number: str, rows: list) -> tuple:
    body, headers = order(number, rows), alice.headers(number)
    async with session.post(f"{url}/api/v1/orders", json=body, headers=headers) as answer:
        return number, answer.status, await answer.json(content_type=None)


async def test_each_of_60_invoices_ends_fulfilled_or_refused_with_a_reason(database: None) -> None:
    invoices = read_invoices(60)
    expected = expect(invoices, await open_shop(invoices))
    alice = await hire_alice()
    assert (len(expected.returns), len(expected.unpriced), len(expected.unpaid)) == (3, 0, 10)

    async with (
        serving() as server,
        aiohttp.ClientSession() as session,
        Watch(server.url, alice.token) as watch,
    ):
        answers = await asyncio.gather(
            *(post(session, server.url, alice, number, rows) for number, rows in invoices.items())
        )
        assert Counter(status for _number, status, _body in answers) == {202: 57, 422: 3}
        accepted = {body["id"]: number for number, status, body in answers if status == 202}
        rows = await watch.ended(set(accepted), seconds=60)

    for number, status, body in answers:
        if status == 422:
            fields = {error["field"].split(".")[-1] for error in body["errors"]}
            assert fields == {refused_field(number, expected)}
    assert {accepted[row["id"]] for row in rows if row["state"] == "rejected"} == expected.unpaid
    for row in rows:
        assert row["state"] == ("rejected" if accepted[row["id"]] in expected.unpaid else "fulfilled")
        assert row["state"] == "fulfilled" or "no funds" in row["reason"]
    assert await ledger_check.check() == []
