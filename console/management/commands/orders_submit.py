"""``manage.py orders_submit``: orders out of a file or a pipe, one a line."""

import asyncio
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from console.intake.batch import MAX_BATCH, batch_of, is_batch
from console.intake.flow import LANES, Flow, Untold
from console.intake.keys import Keys
from console.intake.output import Output, close_stdout
from console.intake.reader import Reader
from console.intake.rows import Name, Row, as_json, as_text
from console.intake.sender import Sender
from console.intake.source import Source, Unreadable
from console.management.help import HelpFormatter
from console.management.people import permitted
from console.terminal import harmless, open_stdout
from jobs import db
from jobs.away import AWAY

PERMISSION = "orders.add_order"

#: Exit codes as a shell gives them to who dies of a signal.
SIGNALLED = 128

EPILOG = """\
examples:
  manage.py orders_submit december.ndjson --user alice
  manage.py orders_submit december-mended.ndjson --user alice --batch december.ndjson
  jq -c '.orders[]' export.json | manage.py orders_submit --user alice --batch december --json > outcomes

  Each line is an order as the HTTP API takes it; "key" and "reference" may be left out:
    {"customer": "C001", "currency": "EUR", "lines": [{"sku": "KTL-110", "quantity": 2}],
     "reference": "2026-0001", "key": "till-3-0001"}
  (here on two lines to be read; a file with one order alone may do the same)

the same file again makes no order twice:
  After an interruption, or after mending refused lines, send the whole file again: what is kept already
  is "replayed", what was refused is tried anew. An order is known by the first of these that it has:
    its key        in whatever file; keys belong to the user
    its reference  in whatever file; with another content or key it is refused
    its content    within its batch: the first such line is one order, the second another
  The batch is the file's name without its folder, and - for standard input or another pipe. So a mended
  copy needs the old name as its --batch; new orders under an old name, or in a pipe, need a new one.

exit code:
  0  every order is kept: accepted now, or replayed
  1  none is kept, or the database went away: what is printed is kept, the same again is safe
  2  wrong usage: options, an unknown user, no permission, a file that can't be opened
  3  some are kept and some refused
  130, 143  Ctrl-C, SIGTERM: nothing more is read, what is in flight is answered and printed
  141  nobody reads the output any more
"""


class Command(BaseCommand):
    help = "Submit orders from a file or a pipe, one JSON object a line, and print what became of each."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(
            prog_name, subcommand, epilog=EPILOG, formatter_class=HelpFormatter, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help="where the orders are; - or nothing: stdin")
        parser.add_argument("--user", required=True, help="in whose name (a username)")
        parser.add_argument(
            "--batch",
            metavar="NAME",
            help="where orders with neither key nor reference are known: the file's name, - for a pipe",
        )
        parser.add_argument(
            "--json",
            action="store_true",
            help="a JSON object a line: line, outcome, id, number, key_from, errors",
        )

    def handle(self, *args: Any, file: str, user: str, batch: str | None, json: bool, **options: Any) -> None:
        if batch is not None and not is_batch(batch):
            words = _("--batch must be 1 to %(most)d visible characters") % {"most": MAX_BATCH}
            raise CommandError(words, returncode=2)
        out = open_stdout(for_programs=json)
        if out is None:
            raise CommandError(_("standard output is closed; nothing was submitted"), returncode=2)
        client = client_id(user)
        try:
            source = Source(file)
        except Unreadable as error:
            words = _("%(file)s cannot be read: %(reason)s") % {"file": harmless(file), "reason": error}
            raise CommandError(words, returncode=2) from None
        if source.is_terminal:
            self.stderr.write(_("Type orders, one a line; Ctrl-D ends."), self.style.NOTICE)
        output = Output(out, as_json if json else self.line_of, source)
        code = asyncio.run(self._run(source, batch or batch_of(source), client, user, output))
        if code:
            sys.exit(code)

    def line_of(self, row: Row) -> str:
        """A row for people, its outcome in colour on a terminal."""
        styles: dict[Name, Callable[[str], str]] = {
            "accepted": self.style.SUCCESS,
            "replayed": self.style.HTTP_NOT_MODIFIED,
            "refused": self.style.ERROR,
        }
        return as_text(row, lambda name, word: styles[name](word) if self.stdout.isatty() else word)

    async def _run(self, source: Source, batch: str, client: int, user: str, output: Output) -> int:
        """Submit it all; the exit code."""
        stopping = asyncio.Event()
        signals = listen_for_signals(stopping)
        reader = Reader(source, Keys(batch))
        flow = Flow(reader, Sender(client, f"user:{user}", stopping), output.tell)
        began, failure = time.monotonic(), None
        try:
            await db.open_pool(min_size=0, max_size=LANES)
            with output:
                await flow.run(stopping)
        except (*AWAY, Unreadable) as error:
            failure = error
        finally:
            reader.close()
            await db.close_pool()
        self._say(flow.totals.words(time.monotonic() - began))
        if doubt := flow.totals.doubt(batch):
            self._say(doubt)
        return self._code(flow, failure or flow.failure, signals)

    def _code(self, flow: Flow, failure: Exception | None, signals: list[int]) -> int:
        """The exit code; what ended the run early is said."""
        match failure:
            case BrokenPipeError():
                close_stdout()
                return SIGNALLED + signal.SIGPIPE
            case Unreadable():
                self._say(_("The file could not be read to its end: %s.") % failure)
                return 1
            case Untold():
                self._say(_("The output could not be written: %s.") % failure)
                self._say(_("What is printed is kept. Run the same again: nothing is kept twice."))
                return 1
            case Exception():
                reason = str(failure).partition("\n")[0] or type(failure).__name__
                self._say(_("The database does not answer: %s.") % reason)
                self._say(_("What is printed is kept. Run the same again: nothing is kept twice."))
                return 1
        if signals:
            self._say(_("Stopped. What is printed is kept; run the same again for the rest."))
            return SIGNALLED + signals[0]
        return flow.totals.exit_code()

    def _say(self, words: str) -> None:
        self.stderr.write(words, lambda text: text)


def client_id(user: str) -> int:
    """The id of the user in whose name orders come. Raises CommandError for one who may not submit any."""
    return int(permitted(user, PERMISSION).pk)


def listen_for_signals(stopping: asyncio.Event) -> list[int]:
    """Let Ctrl-C and SIGTERM set ``stopping``; which came is in the list. A second one ends at once."""
    loop = asyncio.get_running_loop()
    came: list[int] = []

    def stop(number: int) -> None:
        came.append(number)
        stopping.set()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(each)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop, number)
    return came
