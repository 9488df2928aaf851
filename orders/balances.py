"""Writing what transfers do to balances, and telling who watches the accounts."""

from collections.abc import Sequence
from typing import Any

from jobs.changes import Change
from jobs.db import Transaction
from orders.rules.ledger import Deltas
from orders.statements import sql


async def lock_balances(tx: Transaction, accounts: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The balances (posted, held, floor in minor units) by account, locked in the order of their accounts."""
    rows = await tx.conn.fetch(sql("lock_balances"), accounts)
    return {row["account"]: dict(row) for row in rows}


async def change_balances(tx: Transaction, deltas: Deltas) -> None:
    """Add each delta to its balance. The caller has locked the balances.

    Raises asyncpg.CheckViolationError where an account would pass its floor.
    """
    rows = await tx.conn.fetch(
        sql("change_balances"),
        list(deltas),
        [delta.posted for delta in deltas.values()],
        [delta.held for delta in deltas.values()],
    )
    tx.announce(*(Change("account", str(row["account"]), row["version"]) for row in rows))
