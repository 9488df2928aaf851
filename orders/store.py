"""Reads for pages, API and live topics: plain dicts, ids as strings, times aware, money in minor units."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from jobs.db import Connection
from jobs.pages import EVERY_ID, NO_ID
from jobs.statements import turned
from jobs.store import Row, jobs_about, plain
from orders.models import OrderState
from orders.pages import Which, keys_by_received
from orders.rules import money
from orders.rules.actions import actions
from orders.rules.way import way
from orders.statements import sql

#: Orders in one state that are counted one by one, where they are a customer's or need a person.
MOST = 1_000


def _with_total(record: Any) -> Row:
    row = plain(record)
    return row | {"total_text": money.words(row["total"], row["currency"])}


async def order_rows(conn: Connection, ids: Sequence[UUID | str]) -> list[Row]:
    """The rows of these orders, newest first; an id nobody knows has none.

    ``lines`` is how many there are, ``total_text`` is ``"12.34 EUR"``.
    """
    return [_with_total(row) for row in await conn.fetch(sql("order_rows"), [UUID(str(id)) for id in ids])]


async def orders_page(
    conn: Connection,
    *,
    state: str | None = None,
    customer: str | None = None,
    door: str | None = None,
    attention: str | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[Row]:
    """A page of orders, newest first. ``before`` is the last id of the page before it.

    With any ``attention`` only those that need a person.
    """
    which = Which(state=state, customer=customer, door=door, attention=bool(attention))
    keys = await keys_by_received(conn, which, (before,) if before else (), limit=limit)
    return await order_rows(conn, [key[-1] for key in keys])


async def order_detail(conn: Connection, id: UUID | str) -> Row | None:
    """One order with its stages, lines, events, transfers, quotes and jobs, each a list; None if unknown.

    All of it is of one instant: an order that moves meanwhile has moved everywhere or nowhere. ``actions``
    says what a person may do with it, and why not. ``conn`` is in no transaction.
    """
    order = UUID(str(id))
    async with conn.transaction(isolation="repeatable_read", readonly=True):
        rows = await order_rows(conn, [order])
        if not rows:
            return None
        parts = {
            part: [plain(row) for row in await conn.fetch(sql(f"order_{part}"), order)]
            for part in ("lines", "events", "transfers", "quotes")
        }
        parts["jobs"] = await jobs_about(conn, f"order:{order}")
    state = rows[0]["state"]
    parts["stages"] = [stage._asdict() for stage in way(state, parts["events"])]
    return rows[0] | parts | {"actions": actions(state)}


async def order_id_by_number(conn: Connection, number: int) -> UUID | None:
    """The id of the order people call #number."""
    return await conn.fetchval(sql("order_id_by_number"), number)


async def order_counts(conn: Connection) -> dict[str, int]:
    """Orders by state, all there ever were. Every state is there."""
    counts = dict.fromkeys(OrderState.values, 0)
    return counts | {row["state"]: row["count"] for row in await conn.fetch(sql("order_counts"))}


async def customer_counts(conn: Connection, customer: str) -> dict[str, int]:
    """A customer's orders by state. Of each state MOST are counted; one more says that there are more."""
    counts = dict.fromkeys(OrderState.values, 0)
    found = await conn.fetchrow(sql("customer_by_code"), customer)
    if found is None:
        return counts
    ids = NO_ID, EVERY_ID
    rows = await conn.fetch(sql("order_counts_of_customer"), found["id"], list(counts), *ids, MOST + 1)
    return counts | {row["state"]: row["count"] for row in rows}


async def attention_counts(conn: Connection) -> dict[str, int]:
    """Orders that need a person by state. Of each state MOST are counted; one more tells of more."""
    counts = dict.fromkeys(OrderState.values, 0)
    rows = await conn.fetch(sql("order_counts_for_people"), list(counts), MOST + 1)
    return counts | {row["state"]: row["count"] for row in rows}


async def order_minutes(conn: Connection, minutes: int = 60) -> list[Row]:
    """How many orders entered each state in each of the last minutes: minute, state, count."""
    return [plain(row) for row in await conn.fetch(sql("order_minutes"), minutes)]


async def order_spreads(conn: Connection, minutes: int = 60) -> list[Row]:
    """Spreads (jobs/rules/spread.py) of the time from received to fulfilled, in each of the last minutes."""
    return [plain(row) for row in await conn.fetch(sql("order_spreads"), minutes)]


async def orders_for_people(conn: Connection, limit: int = 6) -> list[Row]:
    """The newest orders that need a person. ``among`` is how many there are; past MOST there may be more."""
    rows = await conn.fetch(sql("orders_for_people"), limit, OrderState.values, MOST + 1)
    return [plain(row) for row in rows]


async def accounts_page(
    conn: Connection,
    *,
    currency: str | None = None,
    customer: str | None = None,
    after: str | None = None,
    down: bool = False,
    limit: int = 500,
) -> list[Row]:
    """Accounts with their balances by code, from A on or ``down`` from Z. ``after`` is the last code seen.

    ``available`` is what may leave the account; where ``floor`` is None, any amount may.
    """
    statement = turned(sql("accounts_page")) if down else sql("accounts_page")
    return [plain(row) for row in await conn.fetch(statement, currency, customer, after, limit)]


async def account_detail(conn: Connection, code: str) -> Row | None:
    """One account with its balance and its newest 50 ``transfers``; None if nobody knows it."""
    account = await account_by_code(conn, code)
    if account is None:
        return None
    return account | {"transfers": await account_transfers(conn, account["id"])}


async def account_by_code(conn: Connection, code: str) -> Row | None:
    """One account with its balance; None if nobody knows it."""
    row = await conn.fetchrow(sql("account_by_code"), code)
    return None if row is None else plain(row)


async def account_rows(conn: Connection, ids: Iterable[int | str]) -> list[Row]:
    """These accounts with their balances; those nobody knows are missing."""
    return [plain(row) for row in await conn.fetch(sql("account_rows"), [int(id) for id in ids])]


async def account_now(conn: Connection, id: int | str) -> Row | None:
    """What account_detail tells, by id."""
    rows = await account_rows(conn, [id])
    return rows[0] | {"transfers": await account_transfers(conn, rows[0]["id"])} if rows else None


async def account_transfers(
    conn: Connection,
    account: int,
    *,
    side: str | None = None,
    past: UUID | None = None,
    down: bool = True,
    limit: int = 50,
) -> list[Row]:
    """Transfers of an account past an id, newest or oldest first; ``side`` is out, in or None."""
    statement = sql("account_transfers") if down else turned(sql("account_transfers"))
    rows = await conn.fetch(statement, account, side != "in", side != "out", past, limit)
    return [plain(row) for row in rows]


async def account_currencies(conn: Connection) -> list[str]:
    """The currencies accounts are in."""
    return [row["currency"] for row in await conn.fetch(sql("account_currencies"))]


async def products_page(conn: Connection, *, after: str | None = None, limit: int = 500) -> list[Row]:
    """Active products by SKU with their price and units. ``after`` is the last SKU of the page before."""
    return [plain(row) for row in await conn.fetch(sql("products_page"), after, limit)]
