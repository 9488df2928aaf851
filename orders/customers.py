"""Customers found by their code, or by words of their name."""

import re
from typing import Any

from jobs.db import Connection
from orders.statements import sql

#: Letters of what is looked for, and different words of it, that count: each costs a walk through the index.
LONGEST, MOST = 200, 6


async def customer_name(conn: Connection, code: str) -> str | None:
    """The name of the customer with exactly this code."""
    row = await conn.fetchrow(sql("customer_by_code"), code)
    return None if row is None else str(row["name"])


async def customers_called(conn: Connection, words: str, limit: int) -> list[dict[str, Any]]:
    """Customers (code, name) by their code, or by words their name has, each perhaps only its beginning."""
    for code in dict.fromkeys((words, words.upper())):
        if row := await conn.fetchrow(sql("customer_by_code"), code):
            return [{"code": row["code"], "name": row["name"]}]
    named = beginnings(words)
    return [dict(row) for row in await conn.fetch(sql("customers_named"), named, limit)] if named else []


def beginnings(words: str) -> str:
    """A tsquery of these words, each perhaps only its beginning; empty where there is no word."""
    different = dict.fromkeys(re.findall(r"[^\W_]+", words[:LONGEST].lower()))
    return " & ".join(f"{word}:*" for word in list(different)[:MOST])
