"""``manage.py orders_cancel``: an order that is on its way ends here."""

import sys
from argparse import ArgumentTypeError
from functools import partial
from typing import Any
from uuid import UUID

import orjson
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from console.actions import CANCEL_ORDER
from console.management.help import HelpFormatter
from console.management.people import actor
from console.management.reason import add_reason
from console.management.tokens import run
from console.words import word
from jobs import db
from orders import store
from orders.cancel import Cancelled, cancel

EPILOG = """\
exit code:
  0  it is cancelled, now or before
  1  it is not: it has come to another end, or there is no such order
  2  wrong usage: options, an unknown user, no permission
"""


class Command(BaseCommand):
    help = "Cancel an order: its goods go back on the shelf, its money is held no longer."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(
            prog_name, subcommand, epilog=EPILOG, formatter_class=HelpFormatter, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order", type=order_named, help="its number or its id")
        add_reason(parser, "the order's timeline and the audit")
        parser.add_argument("--user", metavar="NAME", help="in whose name (a username)")
        parser.add_argument("--json", action="store_true", help="one JSON object: order, state, code")

    def handle(self, *, order: int | UUID, reason: str, user: str | None, json: bool, **options: Any) -> None:
        who = actor(user, CANCEL_ORDER.permission, command="orders_cancel")
        answer = run(partial(cancel_named, order, who, reason))
        if json:
            told = {"order": str(order), "number": answer.number, "state": answer.state, "code": answer.code}
            self.stdout.write(orjson.dumps(told).decode())
        else:
            self.stdout.write(in_words(order, answer))
        if answer.code not in ("", "cancelled"):
            sys.exit(1)


async def cancel_named(order: int | UUID, who: str, reason: str) -> Cancelled:
    if isinstance(order, int):
        async with db.connection() as conn:
            found = await store.order_id_by_number(conn, order)
        if found is None:
            return Cancelled()
        order = found
    return await cancel(order, actor=who, reason=reason)


def in_words(order: int | UUID, answer: Cancelled) -> str:
    told = {"number": answer.number or order, "why": word("why-order", answer.code)}
    if not answer.code:
        return _("Order %(number)s is cancelled.") % told
    if answer.code == "cancelled":
        return _("Order %(number)s was cancelled before: nothing changed.") % told
    return _("Order %(number)s was not cancelled. %(why)s") % told


def order_named(text: str) -> int | UUID:
    number = text.lstrip("#")
    if number.isascii() and number.isdigit() and len(number) <= 18:
        return int(number)
    try:
        return UUID(text)
    except ValueError:
        raise ArgumentTypeError(_("name the order by its number or its id")) from None
