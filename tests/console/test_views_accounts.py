"""The pages of accounts, and transfers between them."""

import re
from html import unescape
from urllib.parse import quote
from uuid import uuid4

import pytest

from jobs import db
from orders import store
from orders.catalogue import add_customers, deposit
from tests.console.desk import browser, hidden, open_shop, order_in
from tests.orders.desk import secure

ADA, BOB = "wallet:C001:EUR", "wallet:C002:EUR"


async def posted(code):
    async with db.connection() as conn:
        return (await store.account_detail(conn, code))["posted"]


async def send(client, key=None, code=ADA, **change):
    form = {"key": key or str(uuid4()), "credit": BOB, "amount": "12.34", "reason": "a gift"}
    return await client.post(f"/accounts/{code}/transfer/", form | change)


async def test_the_list_shows_balances(database):
    await open_shop()
    page = (await (await browser("viewer")).get("/accounts/")).content.decode()
    assert ADA in page
    assert "100.00 EUR" in page
    assert "-100.00 EUR" in page  # cash: what came in from outside


async def test_accounts_are_narrowed_and_found(database):
    await open_shop()
    viewer = await browser("viewer")
    page = (await viewer.get("/accounts/?currency=JPY")).content.decode()
    assert "wallet:C001:JPY" in page
    assert ADA not in page
    assert (await viewer.get("/accounts/", {"q": ADA})).headers["Location"] == f"/accounts/{ADA}/"
    assert (await viewer.get("/accounts/?q=ada")).headers["Location"] == "/accounts/?customer=C001"
    assert ADA in (await viewer.get("/accounts/?customer=C001&sort=-code")).content.decode()


async def test_transfers_of_an_account_are_listed_by_side(database):
    await open_shop()
    viewer = await browser("viewer")
    for side, there in {"": True, "?side=in": True, "?side=out": False}.items():
        page = (await viewer.get(f"/accounts/{ADA}/transfers/{side}")).content.decode()
        assert ("opening" in page) is there
    assert (await viewer.get(f"/accounts/{ADA}/transfers/?side=up")).status_code == 404
    assert (await viewer.get("/accounts/nobody/transfers/")).status_code == 404


async def test_an_account_shows_its_transfers_and_a_viewer_no_form(database):
    await open_shop()
    page = (await (await browser("viewer")).get(f"/accounts/{ADA}/")).content.decode()
    assert "opening" in page
    assert "cash:EUR" in page
    assert "<form" not in page.split('<main id="main">')[1]


async def test_a_transfer_moves_money_once_and_says_so(database):
    await open_shop()
    operator = await browser("operator")
    key = hidden((await operator.get(f"/accounts/{ADA}/")).content.decode(), "key")
    for _ in range(2):
        answer = await send(operator, key)
        assert answer.headers["Location"] == f"/accounts/{ADA}/"
    assert (await posted(ADA), await posted(BOB)) == (10_000 - 1_234, 1_234)
    page = (await operator.get(f"/accounts/{ADA}/")).content.decode()
    assert f"12.34 EUR went to {BOB}." in page
    assert "a gift" in page


async def test_an_account_may_have_a_slash_in_its_code(database):
    await open_shop()
    await add_customers([{"code": "ACME/DE", "name": "Acme", "currencies": ["EUR"]}])
    operator, code = await browser("operator"), "wallet:ACME/DE:EUR"
    assert f'href="/accounts/{code}/"' in (await operator.get("/accounts/")).content.decode()
    assert "Acme" in (await operator.get(f"/accounts/{code}/")).content.decode()
    answer = await send(operator, credit=code)
    assert answer.status_code == 302
    assert (await send(operator, code=code, credit=ADA)).headers["Location"] == f"/accounts/{code}/"


async def test_a_payment_leads_to_its_order(database):
    await open_shop()
    order = await order_in()
    await secure(order)
    page = (await (await browser("viewer")).get(f"/accounts/{ADA}/")).content.decode()
    assert f'href="/orders/{order}/">' in page


REFUSED = {
    "too much": ({"amount": "100.01"}, "amount", "No funds in wallet:C001:EUR"),
    "nothing": ({"amount": "0"}, "amount", "Type more than nothing."),
    "less than nothing": ({"amount": "-1"}, "amount", "Type more than nothing."),
    "no number": ({"amount": "ten"}, "amount", "at most 2 decimals, like 12.34"),
    "too fine": ({"amount": "1.001"}, "amount", "at most 2 decimals, like 12.34"),
    "to itself": ({"credit": ADA}, "credit", "The two accounts are the same"),
    "to nobody": ({"credit": "wallet:C999:EUR"}, "credit", "Nothing fits “wallet:C999:EUR”."),
    "to another currency": ({"credit": "wallet:C001:JPY"}, "credit", "is in JPY, not in EUR"),
    "to no account": ({"credit": ""}, "credit", "Name the account the money goes to."),
    "to a NUL": ({"credit": "\x00"}, "credit", "Name the account the money goes to."),
    "without a reason": ({"reason": " "}, "reason", "Say why: it goes into the audit."),
}


@pytest.mark.parametrize(("change", "field", "words"), REFUSED.values(), ids=REFUSED)
async def test_a_refusal_stands_at_its_field_in_words(database, change, field, words):
    await open_shop()
    answer = await send(await browser("operator"), **change)
    assert answer.status_code == 422
    place = re.search(rf'name="{field}".*?(?=<label|<button)', answer.content.decode(), re.DOTALL)[0]
    assert words in place
    assert await posted(ADA) == 10_000


async def test_a_key_used_for_another_transfer_is_refused_and_renewed(database):
    await open_shop()
    operator, key = await browser("operator"), str(uuid4())
    await send(operator, key)
    page = (await send(operator, key, amount="1")).content.decode()
    assert "This key was used before, with another transfer" in page
    assert hidden(page, "key") != key
    assert await posted(BOB) == 1_234


@pytest.mark.parametrize("code", ["nobody", "%00"])
async def test_an_unknown_account_is_not_found(database, code):
    operator = await browser("operator")
    assert (await operator.get(f"/accounts/{code}/")).status_code == 404
    assert (await operator.post(f"/accounts/{code}/transfer/")).status_code == 404


@pytest.mark.parametrize("code", ["C?1", "C#1", "C 1%2F", "C/1"])
async def test_an_account_whose_code_has_marks_of_an_address_is_reached_all_the_same(database, code):
    await open_shop()
    await add_customers([{"code": code, "name": "Grace", "currencies": ["EUR"]}])
    wallet, operator = f"wallet:{code}:EUR", await browser("operator")
    found = (await operator.get("/accounts/", {"q": wallet})).headers["Location"]
    assert wallet in unescape((await operator.get(found)).content.decode())
    done = await send(operator, credit=BOB, code=quote(ADA))
    assert done.headers["Location"] == f"/accounts/{ADA}/"
    assert (await send(operator, credit=wallet)).status_code == 302
    back = await send(operator, code=quote(wallet), credit=ADA)
    assert back.headers["Location"] == found
    transfers = f"{found}transfers/"
    beginning = f"{transfers}?before={uuid4()}"  # no row is younger: this leads to the beginning
    assert (await operator.get(beginning)).headers["Location"] == transfers
    assert (await operator.get(transfers)).status_code == 200


async def test_the_address_a_refused_transfer_leaves_in_the_bar_leads_to_the_account(database):
    await open_shop()
    operator = await browser("operator")
    address = f"/accounts/{ADA}/transfer/"
    assert (await send(operator, amount="x")).status_code == 422
    assert (await operator.get(address)).headers["Location"] == f"/accounts/{ADA}/"
    back = await operator.post("/preferences/", {"theme": "dark", "next": address}, follow=True)
    assert (back.status_code, back.redirect_chain[-1][0]) == (200, f"/accounts/{ADA}/")
    assert (await (await browser("viewer", "bob")).get(address)).status_code == 403


async def test_money_goes_to_whoever_is_called_that(database):
    await open_shop()
    operator = await browser("operator")
    for name in ("Bob Noyce", "bob noyce, eur", "WALLET:c002:eur"):
        assert (await send(operator, credit=name)).status_code == 302
    assert await posted(BOB) == 3 * 1_234


async def test_a_name_of_several_accounts_is_refused_with_their_codes(database):
    await open_shop()
    await add_customers([{"code": "C007", "name": "Bob Noyce", "currencies": ["EUR"]}])
    page = (await send(await browser("operator"), credit="Bob Noyce")).content.decode()
    assert "may be wallet:C002:EUR" in page
    assert "wallet:C007:EUR" in page
    assert await posted(BOB) == 0


async def test_the_beginning_of_several_accounts_names_is_refused_with_their_codes(database):
    await open_shop()
    await add_customers([{"code": "C007", "name": "Bob Metcalfe", "currencies": ["EUR"]}])
    operator = await browser("operator")
    page = (await send(operator, credit="bob")).content.decode()
    assert "“bob” may be wallet:C002:EUR (Bob Noyce, EUR), wallet:C007:EUR (Bob Metcalfe, EUR): type" in page
    page = (await send(operator, credit="noy")).content.decode()  # money is not sent by a guess
    assert "“noy” may be wallet:C002:EUR (Bob Noyce, EUR): type the code." in page
    assert await posted(BOB) == 0


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "No funds in wallet:C001:EUR: 1,234,567.00 EUR wanted, 2,100.00 EUR available."),
        ("zh-CN", "账户 wallet:C001:EUR 余额不足：需要 1,234,567.00 EUR，可用 2,100.00 EUR。"),
    ],
)
async def test_a_refusal_writes_its_amounts_as_the_page_does(database, language, words):
    await open_shop()
    await deposit("C001", "EUR", 200_000, "more", "command:test", "")
    operator = await browser("operator")
    form = {"key": str(uuid4()), "credit": BOB, "amount": "1,234,567", "reason": "a gift"}
    answer = await operator.post(f"/accounts/{ADA}/transfer/", form, headers={"accept-language": language})
    assert words in answer.content.decode()


async def test_the_form_offers_a_hundred_accounts_in_its_currency(database):
    await open_shop()
    await db.pool().execute(
        "INSERT INTO account (code, name, currency)"
        " SELECT 'till:' || n, 'Till ' || n, 'EUR' FROM generate_series(1, 2000) AS n"
    )
    page = (await (await browser("operator")).get(f"/accounts/{ADA}/")).content.decode()
    offered = page.split('<datalist id="accounts">')[1].split("</datalist>")[0]
    assert offered.count("<option") == 100
    assert ":JPY" not in offered
    assert f'data-choices="/choices/accounts/?not={ADA.replace(":", "%3A")}"' in page
