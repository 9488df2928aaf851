"""The audit row of a use case: who did what to what, and why."""

from collections.abc import Mapping
from typing import Any

import orjson
import psycopg
from django.db import connection

from jobs.db import Transaction
from orders.statements import sql


async def write_audit(
    tx: Transaction, *, actor: str, action: str, subject: str, reason: str = "", data: Mapping[str, Any]
) -> None:
    """Append one row. The last write of a transaction: it locks the head of a chain until the commit."""
    await tx.conn.execute(sql("insert_audit"), actor, action, subject, reason, dict(data))


def write_audit_with_django(
    *, actor: str, action: str, subject: str, reason: str = "", data: Mapping[str, Any]
) -> None:
    """The same on Django's own connection, in its transaction: for what the ORM writes, users that is."""
    connection.ensure_connection()
    text = orjson.dumps(dict(data), default=str).decode()
    with connection.wrap_database_errors, psycopg.RawCursor(connection.connection) as cursor:
        cursor.execute(sql("insert_audit"), [actor, action, subject, reason, text])
