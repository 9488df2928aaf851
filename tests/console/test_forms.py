"""What people type into the order form: names as good as codes, a line more, help and errors at the field."""

import re
from uuid import uuid4

import pytest

from jobs import db
from orders.catalogue import add_customers, add_products
from tests.console.desk import browser, hidden, open_shop
from tests.console.test_views_orders import orders, sent


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param({"customer": "Ada Lovelace", "sku": "Green tea"}, id="whole names"),
        pytest.param({"customer": "ada lovelace", "sku": "GREEN TEA"}, id="in any letters"),
        pytest.param({"customer": "c001", "sku": "tea"}, id="codes in other letters"),
    ],
)
async def test_a_whole_name_is_as_good_as_its_code(database, typed):
    await open_shop()
    answer = await sent(await browser("operator"), str(uuid4()), **typed)
    (order,) = await orders()
    assert answer.headers["Location"] == f"/orders/{order['id']}/"
    assert (order["customer"], order["total"]) == ("C001", 900)


async def test_a_name_several_have_is_refused_with_their_codes(database):
    await open_shop()
    await add_customers([{"code": "C007", "name": "Ada Lovelace", "currencies": ["EUR"]}])
    await add_products([{"sku": "SENCHA", "name": "Green tea", "currency": "EUR", "price": 1, "on_hand": 1}])
    answer = await sent(await browser("operator"), str(uuid4()), customer="Ada Lovelace", sku="Green tea")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“Ada Lovelace” may be C001, C007: type the code." in page
    assert "“Green tea” may be SENCHA, TEA: type the code." in page
    assert await orders() == []


async def test_the_form_offers_a_hundred_at_most_and_every_currency(database):
    await open_shop()
    await db.pool().execute(
        "INSERT INTO customer (code, name) SELECT 'X' || n, 'Firm ' || n FROM generate_series(1, 2000) AS n"
    )
    await db.pool().execute(
        "INSERT INTO product (sku, name, currency, price)"
        " SELECT 'A' || n, 'Cup ' || n, CASE n WHEN 2000 THEN 'USD' ELSE 'EUR' END, 1"
        " FROM generate_series(1, 2000) AS n"
    )
    page = (await (await browser("operator")).get("/orders/new/")).content.decode()
    for offered in ("customers", "products"):
        assert page.split(f'<datalist id="{offered}">')[1].split("</datalist>")[0].count("<option") == 100
    assert [unit for unit in ("EUR", "JPY", "USD") if f"<option>{unit}</option>" in page] == [
        "EUR",
        "JPY",
        "USD",
    ]
    assert len(page) < 40_000


def values(page, name):
    form = page.split('<ul class="lines"')[1].split("</ul>")[0] if name in ("sku", "quantity") else page
    return re.findall(rf'<input name="{name}".*? value="([^"]*)"', form)


async def test_a_line_more_is_asked_of_the_server_and_nothing_is_submitted(database):
    await open_shop()
    operator, key = await browser("operator"), str(uuid4())
    answer = await sent(
        operator, key, then="line", customer="Ada Lovelace", sku=["TEA", "", "BOWL"], quantity=["2", "", "x"]
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert hidden(page, "key") == key
    assert values(page, "customer") == ["C001"]
    assert values(page, "sku") == ["TEA", "BOWL", "", ""]
    assert values(page, "quantity") == ["2", "x", "", ""]
    assert "aria-invalid" not in page
    assert await orders() == []


async def test_lines_are_added_up_to_what_an_order_may_have(database):
    await open_shop()
    operator = await browser("operator")
    for there in (999, 1_000):
        page = (
            await sent(operator, str(uuid4()), then="line", sku=[""] * there, quantity=[""] * there)
        ).content.decode()
        assert len(values(page, "sku")) == 1_000
    answer = await sent(operator, str(uuid4()), sku=["TEA"] * 1_000, quantity=["1"] * 1_000)
    assert answer.status_code == 302


async def test_what_is_typed_is_looked_up_and_nothing_is_submitted(database):
    await open_shop()
    operator = await browser("operator")
    await add_customers([{"code": "C007", "name": "Ada Byron", "currencies": ["EUR"]}])
    looked = {"then": "look", "sku": ["bowl", "gre te", "ghost"], "quantity": ["", "", ""]}
    page = (await sent(operator, str(uuid4()), customer="ada", **looked)).content.decode()
    assert values(page, "sku") == ["BOWL", "TEA", "ghost"]
    assert "“ada” may be C001 (Ada Lovelace), C007 (Ada Byron): type the code." in page
    assert "Nothing fits “ghost”." in page
    page = (await sent(operator, str(uuid4()), customer="byr", **looked)).content.decode()
    assert values(page, "customer") == ["C007"]
    assert await orders() == []


async def test_help_and_errors_stand_beside_the_label_and_are_tied_to_the_field(database):
    await open_shop()
    answer = await sent(await browser("operator"), str(uuid4()), customer="", sku="", quantity="x")
    page = answer.content.decode()
    for label in re.findall(r"<label.*?</label>", page.split("<main")[1], re.DOTALL):
        assert "error" not in label
        assert "help" not in re.sub(r'aria-describedby="[^"]*"', "", label)
    ids = " ".join(re.findall(r'aria-describedby="([^"]*)"', page)).split()
    assert {"customer-help", "customer-wrong", "product-help", "sku-wrong-1", "quantity-wrong-1"} <= set(ids)
    assert [id for id in ids if page.count(f'id="{id}"') != 1] == []
