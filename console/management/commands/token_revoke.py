"""manage.py token_revoke: bearer tokens end at once, and the sockets that came in with them soon after."""

from argparse import ArgumentTypeError
from functools import partial
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.management.reason import add_reason
from console.management.tokens import run, user_named
from orders.clients import revoke_tokens, tokens


class Command(BaseCommand):
    help = "End a bearer token for good, or all of a user's. token_list says their ids."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("token", nargs="?", type=_id, help="the token's id (not its secret)")
        which.add_argument("--user", help="all of this user's (a username)")
        add_reason(parser, "the audit")

    def handle(self, *, token: UUID | None, user: str | None, reason: str, **options: Any) -> None:
        """Raises CommandError where no token of this id works; a user without any is nothing wrong."""
        owner = user_named(user).pk if user is not None else None
        count = run(partial(_revoke, token, owner, reason))
        if not count and token is not None:
            raise CommandError(_("no token that works has the id %(id)s") % {"id": token})
        words = ngettext("%(count)d token is revoked.", "%(count)d tokens are revoked.", count)
        self.stdout.write(words % {"count": count})


async def _revoke(token: UUID | None, owner: int | None, reason: str) -> int:
    ids = [token] if token is not None else [row["id"] for row in await tokens(owner)]
    return await revoke_tokens(ids, actor="command:token_revoke", reason=reason)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:  # argparse would repeat what was typed, which may be the secret
        raise ArgumentTypeError(_("name the token by its id, as token_list shows it")) from None
