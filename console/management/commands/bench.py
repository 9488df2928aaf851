"""``manage.py bench NAME``: speed and memory beside peers, measured in one run (tests/benchmarks)."""

import signal
import sys
from typing import Any, NoReturn

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from rich.console import Console

from console.management.clone import from_tests

#: Seconds after which it is given up. Each is a module of tests/benchmarks: ``run(say, quick=…)`` returns
#: figures, ``lines(figures)`` shows them.
LIMITS = {"live": 175, "jobs": 420}
#: The same where peers are measured in their turn, whose environments may have to be made first.
PEERS_LIMIT = 3_000


class Command(BaseCommand):
    help = (
        "Measure speed and memory on a database of its own: the live side beside Channels' groups in 3 "
        "minutes, jobs in 7, jobs beside other queues in half an hour. Ends by itself."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=list(LIMITS), help="what is measured")
        parser.add_argument("--json", action="store_true", help="one line of JSON on stdout")
        parser.add_argument("--quick", action="store_true", help="a few of each: that it works, not how well")
        parser.add_argument(
            "--peers", action="store_true", help="jobs: beside other queues, each in its turn"
        )
        parser.add_argument(
            "--write", action="store_true", help="jobs: write tests/benchmarks/RESULTS.md, too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name: str = options["name"]
        peers, write, quick = options["peers"], options["write"], options["quick"]
        if (peers or write) and (name != "jobs" or quick):
            raise CommandError(_("--peers and --write are for whole runs of: bench jobs"))
        benchmark, report = from_tests(f"benchmarks.{name}"), from_tests("benchmarks.report")
        _give_up_after(PEERS_LIMIT if peers else LIMITS[name])
        steps = Console(stderr=True)
        figures = benchmark.run(
            lambda step: steps.print(step, style="dim", highlight=False),
            quick=quick,
            **{"peers": True} if peers else {},
        )
        if write:
            from_tests("benchmarks.results").write(figures)
        if options["json"]:
            self.stdout.write(orjson.dumps(figures).decode())
        else:
            report.show(Console(file=sys.stdout), name, benchmark.lines(figures), figures["notes"])


def _give_up_after(seconds: int) -> None:
    def give_up(number: int, frame: object) -> NoReturn:
        raise CommandError(_("not measured within %d seconds: the machine is too busy; try again") % seconds)

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
