"""The form that submits an order: what it makes, and what it says where it makes none."""

import re
from uuid import uuid4

import pytest

from jobs import db
from orders import store
from tests.console.desk import browser, hidden, open_shop


async def sent(client, key, sku="TEA", quantity="2", **other):
    form = {"key": key, "customer": "C001", "currency": "EUR", "sku": sku, "quantity": quantity}
    return await client.post("/orders/new/", form | other)


async def orders():
    async with db.connection() as conn:
        return await store.orders_page(conn)


async def test_the_form_submits_and_leads_to_the_order(database):
    await open_shop()
    operator = await browser("operator")
    key = hidden((await operator.get("/orders/new/")).content.decode(), "key")
    answer = await sent(operator, key, sku=["TEA", "", "TEA"], quantity=["2", "", "3"])
    (order,) = await orders()
    assert answer.headers["Location"] == f"/orders/{order['id']}/"
    assert (order["total"], order["lines"], order["door"]) == (5 * 450, 2, "form")
    async with db.connection() as conn:
        detail = await store.order_detail(conn, order["id"])
    assert detail["events"][0]["actor"] == "user:alice"


async def test_the_form_sent_twice_is_one_order(database):
    await open_shop()
    operator = await browser("operator")
    key = hidden((await operator.get("/orders/new/")).content.decode(), "key")
    answers = [await sent(operator, key) for _ in range(2)]
    assert len(await orders()) == 1
    assert answers[0].headers["Location"] == answers[1].headers["Location"]


async def test_the_form_sent_again_with_another_order_gets_a_new_key(database):
    await open_shop()
    operator = await browser("operator")
    key = str(uuid4())
    await sent(operator, key)
    answer = await sent(operator, key, quantity="3")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "was sent before with another order" in page
    assert hidden(page, "key") != key
    assert 'value="3"' in page


REFUSED = {
    "customer missing": ({"customer": ""}, "customer", "Name the customer."),
    "customer unknown": ({"customer": "C999"}, "customer", "Nothing fits “C999”."),
    "customer with a NUL": ({"customer": "C\x00"}, "customer", "Leave out the NUL character."),
    "currency missing": ({"currency": ""}, "currency", "Choose the currency."),
    "currency unknown": ({"currency": "XXX"}, "currency", "Choose the currency."),
    "product unknown": ({"sku": "GHOST"}, "sku", "Nothing fits “GHOST”."),
    "product in another currency": ({"sku": "BOWL"}, "sku", "The product BOWL is sold in JPY, the order"),
    "quantity none": ({"quantity": "0"}, "quantity", "Type a whole number from 1 to 1,000,000."),
    "quantity not a number": ({"quantity": "two"}, "quantity", "Type a whole number from 1 to 1,000,000."),
    "quantity too many": ({"quantity": "1000001"}, "quantity", "Type a whole number from 1 to 1,000,000."),
    "quantity far too many": ({"quantity": "1" * 5000}, "quantity", "Type a whole number from 1"),
    "quantity in noughts": ({"quantity": "0" * 8 + "1" * 5000}, "quantity", "Type a whole number from 1 to"),
    "reference too long": ({"reference": "r" * 101}, "reference", "At most 100 characters."),
}


@pytest.mark.parametrize(("change", "field", "words"), REFUSED.values(), ids=REFUSED)
async def test_a_refusal_stands_at_its_field(database, change, field, words):
    await open_shop()
    answer = await sent(await browser("operator"), str(uuid4()), **change)
    assert answer.status_code == 422
    page = answer.content.decode()
    place = re.search(rf'name="{field}".*?(?=<label|<button)', page, re.DOTALL)[0]
    assert 'aria-invalid="true"' in place
    assert words in place
    assert await orders() == []


async def test_a_refusal_stands_at_its_line(database):
    await open_shop()
    answer = await sent(
        await browser("operator"), str(uuid4()), sku=["TEA", "", "GHOST"], quantity=["1", "", "1"]
    )
    lines = answer.content.decode().split('<li class="line">')[1:]
    assert "GHOST" in lines[1]
    assert "Nothing fits “GHOST”." in lines[1]
    assert "error" not in lines[0]


async def test_all_that_is_wrong_is_said_at_once_and_the_first_has_the_focus(database):
    await open_shop()
    answer = await sent(
        await browser("operator"), str(uuid4()), customer="C999", sku=["TEA", "GHOST"], quantity=["1", "two"]
    )
    page = answer.content.decode()
    assert "There is no product" not in page
    for words in ("Nothing fits “C999”.", "Nothing fits “GHOST”.", "Type a whole number from 1 to"):
        assert words in page
    assert "<title>Error: New order" in page
    assert re.findall(r'<\w+ name="(\w+)"[^>]* autofocus', page) == ["customer"]
    answer = await sent(
        await browser("operator", "bob"), str(uuid4()), sku=["TEA", "TEA"], quantity=["1", "two"]
    )
    assert re.findall(r'<\w+ name="(\w+)"[^>]* autofocus', answer.content.decode()) == ["quantity"]


async def test_a_reference_used_before_is_said_at_the_field(database):
    await open_shop()
    operator = await browser("operator")
    await sent(operator, str(uuid4()), reference="R1")
    page = (await sent(operator, str(uuid4()), reference="R1")).content.decode()
    assert "Was used before, for order #" in page


async def test_a_form_without_its_key_makes_no_order(database):
    await open_shop()
    answer = await sent(await browser("operator"), "guess")
    assert "without its key" in answer.content.decode()
    assert await orders() == []
