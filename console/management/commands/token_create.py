"""manage.py token_create USER: a bearer token for a program, printed once."""

from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from console.management.tokens import run, user_named
from orders.clients import create_token


class Command(BaseCommand):
    help = (
        "Make a bearer token for the HTTP API and the WebSocket. It is printed once; only its hash is kept."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="whose permissions the token has (a username)")
        parser.add_argument("--name", default="", help="what the token is for")

    def handle(self, *, user: str, name: str, **options: Any) -> None:
        """Print the token alone on stdout. Raises CommandError where there is no such active user."""
        owner = user_named(user)
        if not owner.is_active:
            raise CommandError(_("the user %(name)s is not active") % {"name": user}, returncode=2)
        self.stdout.write(run(partial(create_token, owner.pk, name)))
