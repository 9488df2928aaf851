"""manage.py token_list: whose bearer tokens there are. Their secrets are kept nowhere."""

from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from console.management.tokens import run, user_named
from orders.clients import tokens


class Command(BaseCommand):
    help = "List bearer tokens, oldest first: id, user, when made, whether it still works, what it is for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", help="only this user's (a username)")

    def handle(self, *, user: str | None, **options: Any) -> None:
        """A line a token, tabs between its fields. Raises CommandError where there is no such user."""
        owner = user_named(user).pk if user is not None else None
        for row in run(partial(tokens, owner)):
            fields = (
                row["id"],
                row["username"],
                f"{row['created_at']:%Y-%m-%d %H:%M}",
                _state(row),
                # A name is anybody's text: no terminal obeys it, and it stays on its line.
                "".join(letter if letter.isprintable() else "�" for letter in row["name"]),
            )
            self.stdout.write("\t".join(map(str, fields)))


def _state(row: dict[str, Any]) -> str:
    if row["revoked_at"]:
        return _("revoked %(when)s") % {"when": f"{row['revoked_at']:%Y-%m-%d %H:%M}"}
    return _("works") if row["is_active"] else _("user not active")
