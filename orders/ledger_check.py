"""Proving the books: money, units, orders, references, audit. A rule is a statement that finds offenders."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from jobs import db
from jobs.store import Row, plain
from orders.statements import sql

#: Offending rows named for one rule.
MOST_ROWS = 100

#: Seconds one rule may take: it reads whole tables.
TIMEOUT = 600.0

#: The statement of each rule, and what is wrong where it finds a row.
RULES: Mapping[str, Any] = {
    "balances": _("a balance is not the sum of its transfers"),
    "currencies": _("debits and credits of a currency do not add up"),
    "transfers": _("a transfer's account, currency or order is wrong"),
    "stock": _("reserved units are not the active reservations"),
    "money_of_orders": _("an order's money is not held, paid or free as its state says"),
    "units_of_orders": _("an order's units are not reserved, consumed or free as its state says"),
    "lines": _("an order's lines do not add up to its total"),
    "timeline": _("an order's timeline ends in another state than the order's"),
    "going_on": _("an open order has neither a job that carries it on nor a word why it needs a person"),
    "references": _("something names a row that is not there"),
    "counts": _("the counts of orders are wrong"),
    "audit": _("the audit was changed"),
    "audit_heads": _("the audit lacks its newest rows, or has rows nobody linked"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A broken rule: its name, words, and the rows that break it (the first hundred)."""

    rule: str
    message: str
    rows: list[Row]


async def check() -> list[Problem]:
    """Every broken rule, in one snapshot of the database; an empty list is a proof that the books balance."""
    async with (
        db.connection(seconds=None) as conn,
        conn.transaction(isolation="repeatable_read", readonly=True),
    ):
        return await find_problems(conn)


async def find_problems(conn: db.Connection) -> list[Problem]:
    """Every broken rule, as this connection sees the rows."""
    problems = []
    for rule, message in RULES.items():
        rows = await conn.fetch(sql(f"check_{rule}"), MOST_ROWS, timeout=TIMEOUT)
        if rows:
            problems.append(Problem(rule, str(message), [plain(row) for row in rows]))
    return problems
