"""``manage.py demo``: the whole of Headrace in one process, with made-up people, goods and carriers."""

import os
import sys
from argparse import ArgumentTypeError
from contextlib import redirect_stdout
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console

from console import postgres
from console.demo.show import Options, Show
from console.demo.steps import Steps

MAX_RATE = 1_000.0


class Command(BaseCommand):
    help = "Run the console with a made-up shop and a stream of orders, and print a link to sign in with."
    #: The demo migrates before anything is checked against the tables.
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=_port, default=8000, help="0: any; taken: the next free one")
        parser.add_argument("--rate", type=_rate, default=2.0, help="orders a second, 0 for none (2)")
        parser.add_argument(
            "--for",
            type=_seconds,
            dest="seconds",
            metavar="SECONDS",
            help="stay so long after the link, then end with 0",
        )
        parser.add_argument(
            "--json", action="store_true", help="one line of JSON on stdout, words for people on stderr"
        )
        parser.add_argument("--reset", action="store_true", help="empty the built-in database first")

    def handle(self, *args: Any, **options: Any) -> None:
        out = sys.stdout
        people = Console(file=sys.stderr if options["json"] else out)
        show = Show(
            Options(
                port=options["port"],
                rate=options["rate"],
                seconds=options["seconds"],
                json=options["json"],
                reset=options["reset"],
                database_url=os.environ["DATABASE_URL"],
                built_in=os.environ["DATABASE_URL"] == postgres.url(),
            ),
            Steps(people),
            out,
        )
        with redirect_stdout(sys.stderr):  # a program reads one line, whoever prints
            code = show.run()
        if code:
            sys.exit(code)


def _port(text: str) -> int:
    port = _between(text, 0, 65_535)
    if not port.is_integer():
        raise ArgumentTypeError(f"{text} is not a port")
    return int(port)


def _rate(text: str) -> float:
    return _between(text, 0, MAX_RATE)


def _seconds(text: str) -> float:
    return _between(text, 0, 7 * 86_400)


def _between(text: str, low: float, high: float) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a number") from None
    if not low <= value <= high:
        raise ArgumentTypeError(f"{text} is not from {low:g} to {high:g}")
    return value
