"""What fits what is typed into a form, as JSON."""

from contextlib import AsyncExitStack

import pytest
from django.conf import settings

from jobs import db
from orders import admission
from tests.console.desk import browser, open_shop

ADA = "wallet:C001:EUR"


async def offered(client, kind, **asked):
    answer = await client.get(f"/choices/{kind}/", asked)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer["Cache-Control"] == "no-store"
    return answer.json()


async def test_customers_come_with_code_and_name(database):
    await open_shop()
    operator = await browser("operator")
    ada = {"code": "C001", "name": "Ada Lovelace"}
    assert await offered(operator, "customers", q="love ad") == {"choices": [ada], "more": False}
    assert [each["code"] for each in (await offered(operator, "customers"))["choices"]] == ["C001", "C002"]


async def test_products_come_with_their_price_in_the_currency_asked_for(database):
    await open_shop()
    operator = await browser("operator")
    tea = {"code": "TEA", "name": "Green tea", "price": 450, "currency": "EUR"}
    assert (await offered(operator, "products", q="tea", currency="EUR"))["choices"] == [tea]
    both = (await offered(operator, "products", q="tea", currency=""))["choices"]
    assert [each["code"] for each in both] == ["TEA", "BOWL"]


async def test_accounts_are_those_money_can_go_to(database):
    await open_shop()
    operator = await browser("operator")
    asked = {"cash": ["cash:EUR"], "": ["cash:EUR", "revenue:EUR", "wallet:C002:EUR"], "ada": []}
    for text, codes in asked.items():
        answer = await offered(operator, "accounts", q=text, **{"not": ADA})
        assert [each["code"] for each in answer["choices"]] == codes
    for nobody in ("nobody", "\x00", ""):
        answer = await offered(operator, "accounts", q="cash", **{"not": nobody})
        assert answer == {"choices": [], "more": False}


async def test_a_hundred_are_told_and_that_there_are_more(database):
    await db.pool().execute(
        "INSERT INTO customer (code, name) SELECT 'X' || n, 'Firm ' || n FROM generate_series(1, 2000) AS n"
    )
    answer = await offered(await browser("operator"), "customers", q="firm")
    assert (len(answer["choices"]), answer["more"]) == (100, True)


@pytest.mark.parametrize("kind", ["customers", "products", "accounts"])
async def test_whatever_is_typed_is_answered(database, kind):
    await open_shop()
    operator = await browser("operator")
    for text in ("%", "_", "\\", "'", "a:* & |", "\x00", "é" * 10_000, "😀", "ﬁ", "١"):
        answer = await offered(operator, kind, q=text, currency="\x00", **{"not": ADA})
        assert answer["more"] is False


async def test_who_is_signed_out_gets_no_choices(database):
    client = await browser("operator")
    await client.alogout()
    answer = await client.get("/choices/customers/?q=ada")
    assert answer.headers["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize("page", ["/choices/customers/", "/choices/products/", "/orders/new/"])
async def test_a_crowd_that_looks_up_leaves_connections_to_the_others(database, monkeypatch, page):
    await open_shop()
    operator = await browser("operator")
    operator.raise_request_exception = False
    monkeypatch.setattr(admission, "LOOK_UP", 0.01)
    async with AsyncExitStack() as crowd:
        for _lane in range(settings.DATABASE_POOL[1] // 2):
            await crowd.enter_async_context(admission.admission().enter(1))
        answer = await operator.get(page)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert (await operator.get("/orders/")).status_code == 200
    monkeypatch.undo()
    assert (await operator.get(page)).status_code == 200
