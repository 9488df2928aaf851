"""What forms offer of many customers, products and accounts, and which of them is meant by what was typed."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, NamedTuple

from jobs.db import Connection
from jobs.store import Row
from orders.customers import LONGEST, beginnings
from orders.rules.money import DECIMALS
from orders.statements import sql

#: Choices a form offers at most, and those that are named where several may be meant.
OFFERED, NAMED = 100, 6

#: Texts without a meaning that are looked up as a beginning, each by a statement of its own.
LOOKED_UP = 20

#: What was typed → the rows (code, name) that may be meant, none or several or the one.
Meant = dict[str, list[Row]]


class Offer(NamedTuple):
    """Rows (code, name, and what else there is to know); ``more``: others fit, too."""

    choices: list[Row]
    more: bool


async def customers_offered(conn: Connection, text: str = "", limit: int = OFFERED) -> Offer:
    """Active customers whose code begins like this, then those whose name has these words."""
    return await _offered(conn, "customers_offered", text, limit)


async def products_offered(
    conn: Connection, text: str = "", limit: int = OFFERED, *, currency: str | None = None
) -> Offer:
    """Active products by SKU or name, with their price; sold in this currency, where there is such a one."""
    currencies = [currency] if currency in DECIMALS else await product_currencies(conn)
    return await _offered(conn, "products_offered", text, limit, currencies)


async def accounts_offered(
    conn: Connection, text: str = "", limit: int = OFFERED, *, currency: str, but: str
) -> Offer:
    """Accounts in this currency by code or name, without the one with the code ``but``."""
    return await _offered(conn, "accounts_offered", text, limit, currency, but)


async def _offered(conn: Connection, statement: str, text: str, limit: int, *args: Any) -> Offer:
    text = text.replace("\x00", "").strip()[:LONGEST]
    rows = await conn.fetch(sql(statement), text, beginnings(text) or None, limit + 1, *args)
    return Offer([dict(row) for row in rows[:limit]], more=len(rows) > limit)


async def product_currencies(conn: Connection) -> list[str]:
    """The currencies active products are sold in."""
    return [row["currency"] for row in await conn.fetch(sql("product_currencies"))]


async def customers_meant(conn: Connection, texts: Iterable[str]) -> Meant:
    """Active customers by their code, in whatever letters, or by their whole name."""
    return await _meant(conn, "customers_meant", texts)


async def products_meant(conn: Connection, texts: Iterable[str], *, currency: str | None) -> Meant:
    """Active products by their SKU or whole name; those sold in this currency before all others."""
    return await _meant(conn, "products_meant", texts, currency if currency in DECIMALS else None)


async def accounts_meant(conn: Connection, texts: Iterable[str], *, currency: str) -> Meant:
    """Accounts by their code or whole name; by a name only those in this currency."""
    return await _meant(conn, "accounts_meant", texts, currency)


async def _meant(conn: Connection, statement: str, texts: Iterable[str], *args: Any) -> Meant:
    sayable = [text for text in dict.fromkeys(texts) if text and "\x00" not in text and len(text) <= LONGEST]
    rows: Sequence[Any] = await conn.fetch(sql(statement), sayable, NAMED, *args) if sayable else ()
    ranks: dict[str, int] = {}
    meant: Meant = defaultdict(list)
    for row in rows:
        if ranks.setdefault(row["said"], row["rank"]) == row["rank"]:
            meant[row["said"]].append({"code": row["code"], "name": row["name"]})
    return {text: meant[text] for text in sayable}


async def guess(meant: Meant, offered: Callable[[str], Awaitable[Offer]]) -> set[str]:
    """Give each text that means nothing what it may be the beginning of; these texts.

    Past LOOKED_UP of them it is not known what they may be: they are taken out.
    """
    nothing = [text for text, found in meant.items() if not found]
    for text in nothing[:LOOKED_UP]:
        meant[text] = (await offered(text)).choices
    for text in nothing[LOOKED_UP:]:
        del meant[text]
    return set(nothing)
