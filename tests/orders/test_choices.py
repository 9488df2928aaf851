"""What forms offer, and what a typed name means; however many there are, little is read."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest

from jobs import db
from orders import choices
from orders.choices import Offer
from orders.statements import sql
from tests.orders.test_pages import read_of

pytestmark = pytest.mark.usefixtures("shop")

FIRMS = """
INSERT INTO customer (code, name, active)
SELECT 'x' || n, 'Firm ' || n || ' of Delft', n <> 1999 FROM generate_series(1, 2000) AS n;
INSERT INTO product (sku, name, currency, price, active)
SELECT 'P_' || n, 'Cup ' || n || ' of Delft', CASE WHEN n % 2 = 0 THEN 'EUR' ELSE 'USD' END, 100, n <> 1998
FROM generate_series(1, 2000) AS n;
INSERT INTO account (code, name, currency)
SELECT 'wallet:x' || n || ':EUR', 'Firm ' || n || ' of Delft, EUR', 'EUR' FROM generate_series(1, 2000) AS n;
"""


async def asked(what: Callable[..., Awaitable[Offer]], *args: Any, **more: Any) -> list[str]:
    async with db.transaction() as tx:
        await tx.conn.execute(FIRMS)
        return [row["code"] for row in (await what(tx.conn, *args, **more)).choices]


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        pytest.param(
            "X77", ["x77"] + [f"x77{n}" for n in range(10)], id="the beginning of a code, in any letters"
        ),
        pytest.param("delft 1998", ["x1998"], id="words of a name in any order"),
        pytest.param("fir 1998 del", ["x1998"], id="beginnings of words"),
        pytest.param("firm 19 OF delft", ["x19", "x190", "x1900"], id="a whole name before its like"),
        pytest.param("1999", [], id="nobody who is not active"),
        pytest.param("lovelace", ["C001"], id="a word"),
        pytest.param("%", [], id="a wildcard is a letter like others"),
        pytest.param("x_7", [], id="another"),
        pytest.param("C00\\", [], id="and what escapes one"),
        pytest.param("&|!:*'", [], id="no words"),
        pytest.param("c001\x00", ["C001"], id="a NUL is left out"),
        pytest.param("Z" * 100_000, [], id="longer than anything"),
    ],
)
async def test_customers_are_offered_by_code_and_by_words(typed: str, codes: list[str]) -> None:
    assert (await asked(choices.customers_offered, typed, 12))[: len(codes) or 1] == codes


async def test_a_hundred_are_offered_and_that_there_are_more() -> None:
    async with db.transaction() as tx:
        await tx.conn.execute(FIRMS)
        for typed in ("", "x", "firm"):
            offer = await choices.customers_offered(tx.conn, typed)
            assert (len(offer.choices), offer.more) == (100, True)
        assert not (await choices.customers_offered(tx.conn, "x199")).more
        first = await choices.customers_offered(tx.conn, "", 2)
    assert [row["code"] for row in first.choices] == ["C001", "C002"]


@pytest.mark.parametrize(
    ("typed", "currency", "skus"),
    [
        pytest.param("p_15", "EUR", ["P_150", "P_1500", "P_1502"], id="sold in this currency"),
        pytest.param("p_15", "USD", ["P_15", "P_1501", "P_1503"], id="sold in that"),
        pytest.param("p_15", None, ["P_15", "P_150", "P_1500"], id="sold in any"),
        pytest.param("p_15", "JPY", [], id="sold in none of them"),
        pytest.param("green", "EUR", ["TEA-GREEN"], id="by a word"),
        pytest.param("tea", "XXX", ["TEA-BLACK", "TEA-GREEN", "BOWL"], id="no such currency: any"),
        pytest.param("1998", "EUR", [], id="none that is not active"),
    ],
)
async def test_products_are_offered_in_the_orders_currency(
    typed: str, currency: str | None, skus: list[str]
) -> None:
    assert await asked(choices.products_offered, typed, 3, currency=currency) == skus


async def test_accounts_are_offered_in_one_currency_without_ones_own() -> None:
    expected = {
        "Wallet:C": ["wallet:C002:EUR"],
        "bob": ["wallet:C002:EUR"],
        "c002": ["wallet:C002:EUR"],
        "lovelace": [],
        "jpy": [],
        "delft 1777 firm x1777": ["wallet:x1777:EUR"],
        "FIRM 7 of Delft": ["wallet:x7:EUR", "wallet:x700:EUR", "wallet:x701:EUR"],
    }
    found = {}
    async with db.transaction() as tx:
        await tx.conn.execute(FIRMS)
        for typed in expected:
            offer = await choices.accounts_offered(tx.conn, typed, 3, currency="EUR", but="wallet:C001:EUR")
            found[typed] = [row["code"] for row in offer.choices]
    assert found == expected


async def test_the_currencies_are_those_that_active_products_are_sold_in() -> None:
    async with db.transaction() as tx:
        await tx.conn.execute(FIRMS)
        await tx.conn.execute("UPDATE product SET active = false WHERE currency = 'USD'")
        assert await choices.product_currencies(tx.conn) == ["EUR", "JPY"]


async def test_a_whole_name_means_its_code_and_a_shared_one_several() -> None:
    async with db.transaction() as tx:
        await tx.conn.execute(FIRMS)
        await tx.conn.execute(
            "INSERT INTO customer (code, name, active) VALUES ('bob noyce', 'Ada', true),"
            " ('C9', 'Ada Lovelace', false), ('c002', 'Cantor', true), ('X77', 'Firm 8 of Delft', true)"
        )
        typed = [
            "Ada Lovelace",
            "firm 8 OF delft",
            "bob noyce",
            "C002",
            "c001",
            "X1",
            "Ada Love",
            "",
            "a\x00",
        ]
        meant = await choices.customers_meant(tx.conn, typed)
    assert {text: [row["code"] for row in found] for text, found in meant.items()} == {
        "Ada Lovelace": ["C001"],
        "firm 8 OF delft": ["X77", "x8"],
        "bob noyce": ["bob noyce"],
        "C002": ["C002"],
        "c001": ["C001"],
        "X1": ["x1"],
        "Ada Love": [],
    }


async def test_a_products_name_means_the_one_that_is_sold_for_the_orders_money() -> None:
    async with db.transaction() as tx:
        await tx.conn.execute(
            "INSERT INTO product (sku, name, currency, price) VALUES ('THÉ', 'Green tea', 'JPY', 100)"
        )
        found = {
            currency: await choices.products_meant(tx.conn, ["green tea", "thé"], currency=currency)
            for currency in ("EUR", "JPY", "USD", None)
        }
    codes = {at: [row["code"] for row in meant["green tea"]] for at, meant in found.items()}
    assert codes == {
        "EUR": ["TEA-GREEN"],
        "JPY": ["THÉ"],
        "USD": ["TEA-GREEN", "THÉ"],
        None: ["TEA-GREEN", "THÉ"],
    }
    assert all(len(meant["thé"]) <= 1 for meant in found.values())


async def test_an_account_is_meant_by_its_own_name_or_its_customers() -> None:
    async with db.connection() as conn:
        for typed, codes in {
            "Bob Noyce": ["wallet:C002:EUR"],
            "bob noyce, eur": ["wallet:C002:EUR"],
            "Cash EUR": ["cash:EUR"],
            "Cash JPY": [],
            "cash:JPY": ["cash:JPY"],
        }.items():
            meant = await choices.accounts_meant(conn, [typed], currency="EUR")
            assert [row["code"] for row in meant[typed]] == codes, typed


MANY = """
INSERT INTO customer (code, name)
SELECT 'X' || n, 'Firm ' || n % 25000 || ' of Delft' FROM generate_series(1, 50000) AS n;
INSERT INTO product (sku, name, currency, price)
SELECT 'P' || n, 'Cup ' || n % 25000 || ' of Delft', CASE WHEN n % 1000 = 0 THEN 'USD' ELSE 'EUR' END, 100
FROM generate_series(1, 50000) AS n;
INSERT INTO account (code, name, currency)
SELECT 'wallet:X' || n || ':EUR', 'Firm ' || n % 25000 || ' of Delft, EUR', 'EUR'
FROM generate_series(1, 50000) AS n;
ANALYZE customer, product, account;
"""
#: Table, statement, what else it takes → the most rows it may read.
WORDS = {
    "": None,
    "X": "x:*",
    "x7": "x7:*",
    "firm 7 of delft": "delft:* & of:*",
    "nobody": "nobody:*",
    "7": "7:*",
}
OFFERED = {
    "customer": ("customers_offered", ()),
    "product": ("products_offered", (["EUR", "JPY", "USD"],)),
    "account": ("accounts_offered", ("EUR", "wallet:X7:EUR")),
}
MEANT = {
    "customer": ("customers_meant", ()),
    "product": ("products_meant", ("EUR",)),
    "account": ("accounts_meant", ("EUR",)),
}


async def read(conn: db.Connection, table: str, statement: str, *args: Any) -> int:
    plan = await conn.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql(statement)}", *args)
    return read_of(orjson.loads(plan)[0]["Plan"], table)


async def test_no_choice_reads_a_long_table_whole() -> None:
    offered, meant = {}, {}
    async with db.transaction(None) as tx:
        await tx.conn.execute(MANY)
        for table, (statement, args) in OFFERED.items():
            for text, words in WORDS.items():
                offered[table, text] = await read(tx.conn, table, statement, text, words, 101, *args)
        typed = ["Firm 7 of Delft", "Cup 7 of Delft", "X7", "nobody", "wallet:x9:eur"]
        for table, (statement, args) in MEANT.items():
            meant[table] = await read(tx.conn, table, statement, typed, 6, *args)
        meant["currencies"] = await read(tx.conn, "product", "product_currencies")
    # A hundred codes of each currency, a thousand names.
    assert {case: rows for case, rows in offered.items() if rows > 3 * 101 + 1_010} == {}
    assert {case: rows for case, rows in meant.items() if rows > 40} == {}


async def test_the_lists_hundred_are_read_in_the_order_of_their_index() -> None:
    async with db.transaction(None) as tx:
        await tx.conn.execute(MANY)
        assert await read(tx.conn, "customer", "customers_offered", "", None, 101) <= 101
        assert await read(tx.conn, "account", "accounts_offered", "", None, 101, "EUR", "cash:EUR") <= 103


async def test_what_means_nothing_may_be_the_beginning_of_something() -> None:
    meant: choices.Meant = {"TEA": [{"code": "TEA", "name": "Tea"}], "ad": [], "ghost": []}

    async def offered(text: str) -> Offer:
        return Offer([{"code": "C001", "name": "Ada"}] if text == "ad" else [], more=False)

    assert await choices.guess(meant, offered) == {"ad", "ghost"}
    assert [each["code"] for found in meant.values() for each in found] == ["TEA", "C001"]


async def test_no_more_than_a_few_are_guessed_at_and_of_the_others_nothing_is_said() -> None:
    asked_of: list[str] = []

    async def offered(text: str) -> Offer:
        asked_of.append(text)
        return Offer([], more=False)

    meant: choices.Meant = {f"x{n}": [] for n in range(choices.LOOKED_UP + 5)}
    assert len(await choices.guess(meant, offered)) == choices.LOOKED_UP + 5
    assert list(meant) == asked_of == [f"x{n}" for n in range(choices.LOOKED_UP)]
