"""manage.py token_create USER: a bearer token for a program, printed once."""

import asyncio
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from jobs import db
from orders.clients import create_token


class Command(BaseCommand):
    help = "Make a bearer token for the HTTP API. It is printed once; only its hash is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="whose permissions the token has (a username)")
        parser.add_argument("--name", default="", help="what the token is for")

    def handle(self, *, user: str, name: str, **options: Any) -> None:
        """Print the token alone on stdout. Raises CommandError where there is no such active user."""
        owner = get_user_model().objects.filter(username=user).first()
        if owner is None:
            raise CommandError(_("there is no user %(name)s") % {"name": user})
        if not owner.is_active:
            raise CommandError(_("the user %(name)s is not active") % {"name": user})
        self.stdout.write(asyncio.run(_create(owner.pk, name)))


async def _create(user_id: int, name: str) -> str:
    await db.open_pool(min_size=1, max_size=1)
    try:
        return await create_token(user_id, name)
    finally:
        await db.close_pool()
