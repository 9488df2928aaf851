"""Programs that talk to the console: their bearer tokens, and who they are."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

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


class TokenExists(Exception):
    """This token was made before; its secret was shown then."""


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


async def create_token(
    user_id: int,
    name: str,
    *,
    id: UUID | None = None,
    actor: str = "command:token_create",
    reason: str = "",
) -> str:
    """Make a token for a user and return its secret (``hr_…``). Only its SHA-256 is kept.

    A form that may be sent twice brings the token's ``id``. Raises TokenExists where that is taken.
    """
    secret = PREFIX + secrets.token_urlsafe(32)
    token = id or uuid7()
    async with db.transaction() as tx:
        if not await tx.conn.fetchval(sql("insert_token"), token, user_id, name, _digest(secret)):
            raise TokenExists(str(token))
        await write_audit(
            tx,
            actor=actor,
            action="token.create",
            subject=f"user:{user_id}",
            reason=reason,
            data={"token": str(token), "name": name},
        )
    return secret


async def revoke_tokens(tokens: Sequence[UUID], *, actor: str, reason: str) -> int:
    """Let these tokens open nothing more; what was revoked before stays so. Returns how many it were."""
    async with db.transaction() as tx:
        revoked = await tx.conn.fetch(sql("revoke_tokens"), tokens)
        if revoked:
            await write_audit(
                tx,
                actor=actor,
                action="token.revoke",
                subject=f"token:{revoked[0]['id']}" if len(revoked) == 1 else "tokens",
                reason=reason,
                data={"tokens": sorted(str(row["id"]) for row in revoked)},
            )
    return len(revoked)


async def client_by_token(secret: str) -> Client | None:
    """Who this token belongs to, in one statement; None for a token nobody has, or one that was revoked."""
    if not secret.startswith(PREFIX):
        return None
    async with db.connection() as conn:
        row = await conn.fetchrow(sql("find_client"), _digest(secret))
    return None if row is None else _client(row)


async def owners_of(secrets: Iterable[str]) -> dict[str, int]:
    """The user's id behind each of these tokens, in one statement; those that are nobody's are left out."""
    digests = {_digest(secret): secret for secret in secrets}
    async with db.connection() as conn:
        rows = await conn.fetch(sql("token_owners"), list(digests))
    return {digests[row["digest"]]: row["user_id"] for row in rows}


async def clients_by_id(ids: Iterable[int]) -> dict[int, Client]:
    """These users and what they may, in one statement; those that are not there are left out."""
    async with db.connection() as conn:
        rows = await conn.fetch(sql("find_clients"), list(ids))
    return {row["id"]: _client(row) for row in rows}


def _client(row: Any) -> Client:
    return Client(row["id"], row["username"], frozenset(row["permissions"]), row["is_active"])


async def tokens(user_id: int | None = None) -> list[dict[str, Any]]:
    """Every token, or one user's, oldest first: id, name, created_at, revoked_at, username, is_active."""
    async with db.connection() as conn:
        return [dict(row) for row in await conn.fetch(sql("list_tokens"), user_id)]
