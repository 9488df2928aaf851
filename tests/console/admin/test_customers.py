"""Customers: edited through the use cases. A new one has wallets, each with a balance of nothing."""

import pytest

from orders.models import Customer
from tests.console.admin.rows import address, open_form, send
from tests.console.desk import browser, open_shop
from tests.orders.desk import account, assert_books_balance, rows

pytestmark = pytest.mark.usefixtures("database")
ADD = "/admin/orders/customer/add/"
NEW = {"code": "C/9", "name": "Carol", "email": "carol@example.com", "wallets": "eur, JPY"}


async def ada() -> str:
    return address("orders.customer", "change", (await Customer.objects.aget(code="C001")).pk)


async def test_a_new_customer_has_wallets_with_a_balance_of_nothing():
    client = await browser("admin")
    assert (await send(client, ADD, **NEW)).headers["Location"] == address("orders.customer")
    customer = await Customer.objects.aget(code="C/9")
    assert (customer.name, customer.email, customer.active) == ("Carol", "carol@example.com", True)
    for currency in ("EUR", "JPY"):
        wallet = await account(f"wallet:C/9:{currency}")
        assert (wallet["customer"], wallet["posted"], wallet["held"], wallet["floor"]) == ("C/9", 0, 0, 0)
        assert (await account(f"revenue:{currency}"))["floor"] is None
    (said,) = await rows("SELECT actor, subject, reason FROM audit")
    assert said == {"actor": "user:alice", "subject": "customer:C/9", "reason": "admin: added"}
    await assert_books_balance()
    history = address("orders.customer", "history", customer.pk)
    assert "Added" in (await client.get(history)).content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param(
            {"wallets": "EUR EUX"}, "EUX is not the code of a currency", id="a currency nobody knows"
        ),
        pytest.param({"wallets": ""}, "This field is required", id="no wallet"),
        pytest.param({"email": "carol"}, "valid email", id="no address"),
        pytest.param({"code": "C001"}, "already exists", id="a code that is taken"),
    ],
)
async def test_a_customer_that_makes_no_sense_is_refused_in_words(wrong, said):
    await open_shop()
    client = await browser("admin")
    answer = await send(client, ADD, **NEW | wrong)
    assert said in answer.content.decode()
    assert await Customer.objects.acount() == 2


async def test_what_is_changed_is_written_with_who_what_and_why():
    await open_shop()
    client = await browser("admin")
    assert (await send(client, await ada(), active=None, code="X")).status_code == 302
    customer = await Customer.objects.aget(code="C001")
    assert (customer.name, customer.active) == ("Ada Lovelace", False)
    assert await rows("SELECT actor, subject, reason, data FROM audit WHERE action = 'customer.change'") == [
        {
            "actor": "user:alice",
            "subject": "customer:C001",
            "reason": "admin: changed active",
            "data": {"active": [True, False]},
        }
    ]


async def test_more_wallets_are_opened_and_none_is_emptied():
    await open_shop()
    client = await browser("admin")
    await send(client, await ada(), wallets="EUR KWD")
    assert (await account("wallet:C001:EUR"))["posted"] == 10_000
    assert (await account("wallet:C001:KWD"))["posted"] == 0
    assert await rows("SELECT action, subject, reason, data FROM audit WHERE actor = 'user:alice'") == [
        {
            "action": "customer.change",
            "subject": "customer:C001",
            "reason": "admin: changed wallets",
            "data": {"accounts": ["cash:KWD", "revenue:KWD", "wallet:C001:KWD"]},
        }
    ]
    await assert_books_balance()


async def test_a_form_left_open_puts_no_name_of_somebody_else_back():
    await open_shop()
    client, other = await browser("admin"), await browser("admin", "bob")
    form = await open_form(client, await ada())
    await send(other, await ada(), name="Countess Lovelace")
    await client.post(await ada(), form | {"email": "ada@example.com"})
    customer = await Customer.objects.aget(code="C001")
    assert (customer.name, customer.email) == ("Countess Lovelace", "ada@example.com")
