"""``manage.py serve``: pages, API, sockets and jobs in one process, until Ctrl-C or SIGTERM."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from rich.console import Console

from console.server import Server
from console.transport import is_loopback


class Command(BaseCommand):
    help = "Serve pages, API and sockets, and run jobs, all in this process."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument(
            "--port", type=int, default=8000, help="port to listen on, 0 for any free one (8000)"
        )
        parser.add_argument("--no-jobs", action="store_true", help="serve only; other processes run the jobs")
        parser.add_argument(
            "--debug-loop", action="store_true", help="asyncio's debug mode: what blocks the loop is named"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Returns after a clean stop; exits with 1 where it cannot start. Raises CommandError for DEBUG
        beyond this machine.
        """
        if settings.DEBUG and not is_loopback(options["host"]):
            raise CommandError(
                _("DEBUG is on, its error pages tell everything: serve on 127.0.0.1 alone, or unset DEBUG")
            )
        from console import budget, own_steps
        from console.asgi import build  # it reads the settings once
        from console.lifespan import Life

        console = Console()
        host = options["host"]

        life = Life(run_jobs=not options["no_jobs"])

        async def tell(port: int) -> None:
            where = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
            console.print(_("Headrace serves %s") % f"[bold underline]{where}[/]", highlight=False)
            for line in filter(None, [budget.line(life.process), own_steps.line()]):
                console.print(line, style="dim", soft_wrap=True, markup=False)
            console.print(_("Ctrl-C stops it; once more skips waiting for running jobs."), style="dim")

        server = Server(build(life), host, options["port"])
        code = server.run(after_ready=tell, debug=options["debug_loop"])
        if code:
            sys.exit(code)
