"""``manage.py pictures``: the README's pictures and its recording, taken from a demo (tests/pictures)."""

import asyncio
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from rich.console import Console

from console.management.clone import from_tests
from console.management.help import HelpFormatter

EPILOG = """\
examples:
  manage.py pictures                   renew the README's pictures; five minutes
  manage.py pictures --to /tmp/look    into another folder, to look at them first

  It starts a demo with a PostgreSQL of its own, waits until its dashboard has something to show, takes the
  dashboard and an order, light and dark, and records how an order is fulfilled, a worker killed, and its jobs
  rescued. In the recording what takes milliseconds is held, and what one waits for is shortened.
  All of it together weighs at most 1.5 MB, or nothing is written.

  It needs Chromium, and what the tests need: pip install --require-hashes -r tests/requirements.txt
"""


class Command(BaseCommand):
    help = "Take the README's pictures and its recording from a demo, in Chromium."
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(
            prog_name, subcommand, epilog=EPILOG, formatter_class=HelpFormatter, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, metavar="FOLDER", help="where to (tests/pictures)")
        parser.add_argument("--quick", action="store_true", help="with empty charts: that it works")

    def handle(self, *args: Any, **options: Any) -> None:
        camera, chromium = from_tests("pictures.shoot"), from_tests("conftest").CHROMIUM
        if chromium is None:
            raise CommandError(_("no Chromium on this machine (Debian: apt install chromium)"))
        steps = Console(stderr=True)
        folder = options["to"] or camera.FOLDER
        try:
            weights = asyncio.run(
                camera.shoot(
                    lambda step: steps.print(step, style="dim", highlight=False),
                    folder,
                    chromium,
                    quick=options["quick"],
                )
            )
        except camera.TooHeavy as heavy:
            raise CommandError(str(heavy)) from heavy
        for name, weight in weights.items():
            self.stdout.write(f"{folder / name}.webp  {weight:,} bytes")
