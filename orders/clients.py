"""Programs that talk to the console: their bearer tokens, and who they are."""

import hashlib
import secrets
from dataclasses import dataclass

from uuid_utils.compat import uuid7

from jobs import db
from orders.audit import write_audit
from orders.statements import sql

PREFIX = "hr_"


@dataclass(frozen=True, slots=True)
class Client:
    """The Django user behind a token. Permissions are ``app.codename``; a superuser has every one."""

    user_id: int
    username: str
    permissions: frozenset[str]
    is_active: bool

    def may(self, permission: str) -> bool:
        """Is this client active and allowed this?"""
        return self.is_active and permission in self.permissions


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


async def create_token(
    user_id: int, name: str, *, actor: str = "command:token_create", reason: str = ""
) -> str:
    """Make a token for a user and return its secret (``hr_…``). Only its SHA-256 is kept."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = uuid7()
    async with db.transaction() as tx:
        await tx.conn.execute(sql("insert_token"), token, user_id, name, _digest(secret))
        await write_audit(
            tx,
            actor=actor,
            action="token.create",
            subject=f"user:{user_id}",
            reason=reason,
            data={"token": str(token), "name": name},
        )
    return secret


async def client_by_token(secret: str) -> Client | None:
    """Who this token belongs to, in one statement; None for a token nobody has, or one that was revoked."""
    if not secret.startswith(PREFIX):
        return None
    async with db.connection() as conn:
        row = await conn.fetchrow(sql("find_client"), _digest(secret))
    if row is None:
        return None
    return Client(row["id"], row["username"], frozenset(row["permissions"]), row["is_active"])
