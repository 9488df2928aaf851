"""Customers are found by code and by words of their names, however many there are."""

import orjson
import pytest

from jobs import db
from orders.customers import customer_name, customers_called
from orders.statements import sql
from tests.orders.test_pages import read_of

pytestmark = pytest.mark.usefixtures("shop")

FIRMS = """
INSERT INTO customer (code, name)
SELECT 'X' || n, 'Firm ' || n || ' of Delft' FROM generate_series(1, 2000) AS n;
ANALYZE customer
"""


async def test_a_customer_is_named_by_exactly_this_code() -> None:
    async with db.transaction() as tx:
        names = [await customer_name(tx.conn, code) for code in ("C001", "c001")]
    assert names == ["Ada Lovelace", None]


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        pytest.param("C001", ["C001"], id="a code"),
        pytest.param("c001", ["C001"], id="a code in small letters"),
        pytest.param("firm 77", ["X77"] + [f"X77{n}" for n in range(9)], id="words and beginnings of words"),
        pytest.param("delft 1999", ["X1999"], id="in any order"),
        pytest.param("Haarlem", [], id="nobody"),
        pytest.param("&|!:*", [], id="no words"),
        pytest.param("firm 1999 " + "f fi fir d de del " * 200, ["X1999"], id="more words than count"),
    ],
)
async def test_customers_are_found_by_code_and_by_words(words: str, codes: list[str]) -> None:
    async with db.transaction() as tx:
        await tx.conn.execute(FIRMS)
        assert [row["code"] for row in await customers_called(tx.conn, words, 10)] == codes


async def test_a_search_that_fits_many_customers_reads_a_thousand_of_them() -> None:
    async with db.transaction() as tx:
        await tx.conn.execute(FIRMS)
        statement = f"EXPLAIN (ANALYZE, FORMAT JSON) {sql('customers_named')}"
        plan = orjson.loads(await tx.conn.fetchval(statement, "firm:*", 13))[0]["Plan"]
        assert read_of(plan, "customer") < 1_010
        assert len(await customers_called(tx.conn, "firm", 13)) == 13


async def test_a_search_for_a_customer_reads_no_long_table() -> None:
    async with db.transaction() as tx:
        await tx.conn.execute(FIRMS)
        text = "\n".join(
            row[0] for row in await tx.conn.fetch(f"EXPLAIN {sql('customers_named')}", "delft:* & 1999:*", 13)
        )
    assert "customer_by_words" in text
