"""manage.py token_list: whose bearer tokens there are. Their secrets are kept nowhere."""

from functools import partial
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from console.management.tokens import run, user_named
from console.terminal import harmless, open_stdout
from orders.clients import tokens

#: Columns the table may have: each token stays on its line, which a narrow terminal wraps by itself.
WIDE = 1_000


class Command(BaseCommand):
    help = "List bearer tokens, oldest first: id, user, when made, whether it still works, what it is for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", help="only this user's (a username)")
        parser.add_argument("--json", action="store_true", help="print a list of objects, for programs")

    def handle(self, *, user: str | None, json: bool, **options: Any) -> None:
        """A table, or JSON. Raises CommandError where there is no such user."""
        owner = user_named(user).pk if user is not None else None
        found = run(partial(tokens, owner))
        open_stdout(for_programs=json)
        if json:
            self.stdout.write(orjson.dumps(found, default=str).decode())
        elif found:
            Console(width=WIDE).print(_table(found))
        else:
            self.stdout.write(_("There is no token."))


def _table(found: list[dict[str, Any]]) -> Table:
    table = Table(_("id"), _("user"), _("created"), _("state"), _("name"), box=SIMPLE_HEAD, show_edge=False)
    for row in found:
        made = f"{row['created_at']:%Y-%m-%d %H:%M}"
        fields = (str(row["id"]), row["username"], made, _state(row), row["name"] or "–")
        table.add_row(*(Text(harmless(field)) for field in fields))
    return table


def _state(row: dict[str, Any]) -> str:
    if row["revoked_at"]:
        return _("revoked %(when)s") % {"when": f"{row['revoked_at']:%Y-%m-%d %H:%M}"}
    return _("works") if row["is_active"] else _("user not active")
