"""What people type into the order form: names as good as codes, a line more, help and errors at the field."""

import re
from uuid import uuid4

import pytest

from jobs import db
from orders.catalogue import add_customers, add_products
from tests.console.desk import browser, hidden, open_shop
from tests.console.test_views_order_form import orders, sent


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


async def test_lines_are_added_up_to_what_the_form_takes(database):
    await open_shop()
    operator = await browser("operator")
    for there in (98, 99, 100):
        page = (
            await sent(operator, str(uuid4()), then="line", sku=[""] * there, quantity=[""] * there)
        ).content.decode()
        assert len(values(page, "sku")) == min(there + 1, 100)
        said = page.split('id="enough-lines"')[1].split("</span>")[0]
        assert ("hidden" not in said) is (there > 98)
        assert "manage.py orders_submit" in said
    answer = await sent(operator, str(uuid4()), sku=["TEA"] * 100, quantity=["1"] * 100)
    assert answer.status_code == 302


async def test_a_form_with_more_lines_is_refused_whole_and_says_where_to_go(database):
    await open_shop()
    answer = await sent(await browser("operator"), str(uuid4()), sku=["TEA"] * 1_000, quantity=["1"] * 1_000)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The form takes 100 lines: the others are left out, nothing is submitted." in page
    assert "manage.py orders_submit" in page
    assert len(values(page, "sku")) == 100
    assert await orders() == []


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


async def test_what_was_not_understood_hides_nothing_else_that_is_wrong(database):
    await open_shop()
    wrong = {"customer": "nobody", "currency": "XXX", "reference": "r" * 101, "sku": "T\x00"}
    page = (await sent(await browser("operator"), str(uuid4()), **wrong)).content.decode()
    for words in ("Nothing fits “nobody”.", "Choose the currency.", "At most 100 char", "Leave out the NUL"):
        assert words in page
    assert page.count('class="error"') == 4


async def test_what_is_submitted_hears_what_a_look_up_says_and_is_not_guessed_at(database):
    await open_shop()
    await add_customers([{"code": "C007", "name": "Ada Byron", "currencies": ["EUR"]}])
    await add_products([{"sku": "CUP", "name": "Green cup", "currency": "EUR", "price": 1, "on_hand": 1}])
    operator = await browser("operator")
    page = (await sent(operator, str(uuid4()), customer="ada", sku="green")).content.decode()
    assert "“ada” may be C001 (Ada Lovelace), C007 (Ada Byron): type the code." in page
    assert "“green” may be CUP (Green cup), TEA (Green tea): type the code." in page
    assert page.count('class="error"') == 2  # once each: that they are no codes goes without saying
    page = (await sent(operator, str(uuid4()), customer="byr", sku="tea gre")).content.decode()
    assert "“byr” may be C007 (Ada Byron): type the code." in page
    assert "“tea gre” may be TEA (Green tea): type the code." in page
    assert (values(page, "customer"), values(page, "sku")) == (["byr"], ["tea gre"])
    assert await orders() == []


async def test_of_a_crowd_of_words_the_first_are_looked_up_and_nothing_wrong_is_said_of_the_others(database):
    await open_shop()
    words = {"sku": [f"no{n}" for n in range(25)], "quantity": ["1"] * 25}
    operator = await browser("operator")
    page = (await sent(operator, str(uuid4()), then="look", **words)).content.decode()
    assert page.count("Nothing fits “no") == 20
    page = (await sent(operator, str(uuid4()), **words)).content.decode()
    assert (page.count("Nothing fits “no"), page.count("There is no product no")) == (20, 5)


MISSING = {
    "both": ("", "There is no active customer and no active product yet; an order needs both."),
    "customers": ("UPDATE customer SET active = false", "There is no active customer yet, and"),
    "products": ("UPDATE product SET active = false", "There is no active product yet, and"),
}


@pytest.mark.parametrize("missing", MISSING)
@pytest.mark.parametrize("role", ["admin", "operator"])
async def test_an_empty_shop_says_what_is_missing_and_who_makes_it(database, missing, role):
    end, words = MISSING[missing]
    if end:
        await open_shop()
        await db.pool().execute(end)
    page = (await (await browser(role)).get("/orders/new/")).content.decode()
    assert words in page
    links = {kind for kind in ("customer", "product") if f'href="/admin/orders/{kind}/add/"' in page}
    wanted = {"both": {"customer", "product"}, "customers": {"customer"}, "products": {"product"}}[missing]
    assert links == (wanted if role == "admin" else set())
    assert ("Ask somebody with the role admin" in page) is (role != "admin")


async def test_a_shop_with_both_says_nothing_of_it(database):
    await open_shop()
    assert "an order needs" not in (await (await browser("operator")).get("/orders/new/")).content.decode()


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
