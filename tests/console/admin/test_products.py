"""Products: edited through the use cases. The units beside them are the ledger's."""

import pytest

from console.admin import products
from orders.catalogue import add_products, restock
from orders.models import Product
from tests.console.admin.rows import address, open_form, send
from tests.console.desk import browser, open_shop, order_in
from tests.orders.desk import assert_books_balance, rows, secure, units

pytestmark = pytest.mark.usefixtures("database")
ADD = "/admin/orders/product/add/"
TEA = "/admin/orders/product/TEA/change/"
NEW = {"sku": "CUP/1", "name": "Cup", "currency": " chf", "price": "12.5", "on_hand": "7"}


async def audited(action: str) -> list[dict]:
    return await rows("SELECT actor, subject, reason, data FROM audit WHERE action = $1 ORDER BY at", action)


async def test_a_new_product_has_its_units_and_its_currency_its_accounts():
    client = await browser("admin")
    answer = await send(client, ADD, **NEW)
    assert answer.headers["Location"] == address("orders.product")
    product = await Product.objects.aget(sku="CUP/1")
    assert (product.name, product.currency, product.price, product.active) == ("Cup", "CHF", 1250, True)
    assert await units("CUP/1") == (7, 0)
    assert await rows("SELECT code FROM account ORDER BY code") == [
        {"code": "cash:CHF"},
        {"code": "revenue:CHF"},
    ]
    (said,) = await audited("product.add")
    assert (said["actor"], said["reason"], said["data"]) == (
        "user:alice", "admin: added", {"products": {"CUP/1": 7}, "accounts": ["cash:CHF", "revenue:CHF"]},
    )  # fmt: skip
    await assert_books_balance()
    page = (await client.get(address("orders.product", "change", "CUP/1"))).content.decode()
    seen = address("orders.audit") + "?subject=product%3ACUP%2F1"
    assert f'href="{seen}"' in page
    assert "product.add" in (await client.get(seen)).content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param({"currency": "EUX"}, "EUX is not the code of a currency", id="a currency nobody knows"),
        pytest.param({"price": "1.234"}, "at most 2 decimals", id="too many decimals"),
        pytest.param({"price": "-1"}, "Type more than nothing", id="less than nothing"),
        pytest.param({"price": "1e3"}, "at most 2 decimals", id="no plain number"),
        pytest.param({"price": "9" * 16}, "at most 2 decimals", id="too large"),
        pytest.param({"on_hand": "-1"}, "greater than or equal to 0", id="fewer than no units"),
        pytest.param({"sku": "x" * 101}, "at most 100 characters", id="a long SKU"),
        pytest.param({"sku": "a\x00b"}, "Null characters are not allowed", id="a NUL"),
        pytest.param({"sku": "TEA"}, "already exists", id="a SKU that is taken"),
    ],
)
async def test_a_product_that_makes_no_sense_is_refused_in_words(wrong, said):
    await open_shop()
    client = await browser("admin")
    answer = await send(client, ADD, **NEW | wrong)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert await Product.objects.acount() == 2


async def test_a_product_that_somebody_else_makes_between_check_and_write_is_said(monkeypatch):
    async def meanwhile(*args, **kwargs):
        await open_shop()
        return await add_products(*args, **kwargs)

    monkeypatch.setattr(products, "add_products", meanwhile)
    client = await browser("admin")
    answer = await send(client, ADD, **NEW | {"sku": "TEA"})
    assert answer.headers["Location"] == address("orders.product")
    assert "There is a product TEA already." in (await client.get(address("orders.product"))).content.decode()
    assert (await Product.objects.aget(sku="TEA")).price == 450
    assert await units("TEA") == (100, 0)
    assert await rows("SELECT code FROM account WHERE currency = 'CHF'") == []


async def test_what_is_changed_is_written_with_who_what_and_why():
    await open_shop()
    client = await browser("admin")
    answer = await send(client, TEA, price="5.25", active=None, reason="out of season")
    assert answer.headers["Location"] == address("orders.product")
    product = await Product.objects.aget(sku="TEA")
    assert (product.name, product.price, product.active) == ("Green tea", 525, False)
    assert await audited("product.change") == [
        {
            "actor": "user:alice",
            "subject": "product:TEA",
            "reason": "out of season",
            "data": {"price": [450, 525], "active": [True, False]},
        }
    ]
    await send(client, TEA, name="Tea")
    assert [row["reason"] for row in await audited("product.change")] == [
        "out of season",
        "admin: changed name",
    ]
    await send(client, TEA)
    assert len(await audited("product.change")) == 2  # nothing changed, nothing said


async def test_a_restock_adds_units_and_the_audit_says_why():
    await open_shop()
    client = await browser("admin")
    form = await open_form(client, TEA) | {"units": "25", "reason": "delivery 4711"}
    assert (await client.post(TEA, form)).headers["Location"] == address("orders.product")
    assert await units("TEA") == (125, 0)
    assert await rows("SELECT actor, action, subject, reason, data - 'key' AS data FROM audit "
                      "WHERE actor = 'user:alice'") == [
        {
            "actor": "user:alice",
            "action": "stock.add",
            "subject": "product:TEA",
            "reason": "delivery 4711",
            "data": {"quantity": 25},
        }
    ]  # fmt: skip
    again = await client.post(TEA, form)
    assert again.headers["Location"] == address("orders.product")
    assert "the form was sent twice" in (await client.get(address("orders.product"))).content.decode()
    assert await units("TEA") == (125, 0)
    await assert_books_balance()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param({"units": "5"}, "Say why units are added", id="no reason"),
        pytest.param({"units": "-5", "reason": "x"}, "greater than or equal to 1", id="fewer than none"),
        pytest.param({"units": "1.5", "reason": "x"}, "whole number", id="half a unit"),
        pytest.param(
            {"units": "9" * 30, "reason": "x"}, "less than or equal to", id="more than any shelf has"
        ),
        pytest.param({"units": "5", "reason": "x", "sending": "y"}, "valid UUID", id="a form not of ours"),
    ],
)
async def test_a_restock_that_makes_no_sense_is_refused_in_words(wrong, said):
    await open_shop()
    answer = await send(await browser("admin"), TEA, **wrong)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert await units("TEA") == (100, 0)


async def test_sku_and_currency_never_change():
    await open_shop()
    client = await browser("admin")
    await send(client, TEA, sku="OTHER", currency="JPY", name="Tea")
    product = await Product.objects.aget(name="Tea")
    assert (product.sku, product.currency) == ("TEA", "EUR")
    assert await Product.objects.acount() == 2


async def test_a_form_left_open_puts_no_moving_row_back():
    """Units reserved and added between the opening of a product's form and its saving stay."""
    await open_shop()
    client = await browser("admin")
    form = await open_form(client, TEA)
    await restock("TEA", 5, "user:bob", "delivery")
    await secure(await order_in(2))
    moved = await units("TEA")
    assert moved == (105, 3)
    await client.post(TEA, form | {"name": "Tea", "on_hand": "1", "reserved": "0"})
    assert (await Product.objects.aget(sku="TEA")).name == "Tea"
    assert await units("TEA") == moved
    await assert_books_balance()


async def test_a_form_left_open_puts_no_price_of_somebody_else_back():
    await open_shop()
    client, other = await browser("admin"), await browser("admin", "bob")
    form = await open_form(client, TEA)
    await send(other, TEA, price="9.99")
    await client.post(TEA, form | {"name": "Tea"})
    product = await Product.objects.aget(sku="TEA")
    assert (product.name, product.price) == ("Tea", 999)


async def test_the_history_of_the_form_is_kept_too():
    await open_shop()
    client = await browser("admin")
    await send(client, TEA, price="5.25")
    page = (await client.get("/admin/orders/product/TEA/history/")).content.decode()
    assert "Changed Price" in page
    assert "alice" in page


async def test_more_products_than_a_page():
    await add_products([{"sku": f"S{n:03}", "name": "x", "currency": "EUR", "price": 1} for n in range(120)])
    client = await browser("admin")
    page = (await client.get(address("orders.product"))).content.decode()
    assert "S099" in page
    assert "S100" not in page
    assert "?sku__gt=S099" in page
