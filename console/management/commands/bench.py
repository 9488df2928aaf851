"""``manage.py bench NAME``: speed and memory beside peers, measured in one run (tests/benchmarks)."""

import signal
import sys
from typing import Any, NoReturn

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from rich.console import Console

from console.management.clone import from_tests

#: Each is a module of tests/benchmarks: ``run(say, quick=…)`` returns figures, ``lines(figures)`` shows them.
BENCHMARKS = ("live",)
#: Seconds after which it is given up.
LIMIT = 175


class Command(BaseCommand):
    help = "Measure speed and memory beside peers, on a database of its own; ends by itself within 3 minutes."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=BENCHMARKS, help="what is measured")
        parser.add_argument("--json", action="store_true", help="one line of JSON on stdout")
        parser.add_argument("--quick", action="store_true", help="a few of each: that it works, not how well")

    def handle(self, *args: Any, **options: Any) -> None:
        name: str = options["name"]
        benchmark, report = from_tests(f"benchmarks.{name}"), from_tests("benchmarks.report")
        signal.signal(signal.SIGALRM, _give_up)
        signal.alarm(LIMIT)
        steps = Console(stderr=True)
        figures = benchmark.run(
            lambda step: steps.print(step, style="dim", highlight=False), quick=options["quick"]
        )
        if options["json"]:
            self.stdout.write(orjson.dumps(figures).decode())
        else:
            report.show(Console(file=sys.stdout), name, benchmark.lines(figures), figures["notes"])


def _give_up(number: int, frame: object) -> NoReturn:
    raise CommandError(_("not measured within %d seconds: the machine is too busy; try again") % LIMIT)
