"""The audit row of a use case: who did what to what, and why."""

from collections.abc import Mapping
from typing import Any

from jobs.db import Transaction
from orders.statements import sql


async def write_audit(
    tx: Transaction, *, actor: str, action: str, subject: str, reason: str = "", data: Mapping[str, Any]
) -> None:
    """Append one row. The last write of a transaction: it locks the head of a chain until the commit."""
    await tx.conn.execute(sql("insert_audit"), actor, action, subject, reason, dict(data))
