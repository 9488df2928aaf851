"""What ``jobs_retry`` and ``jobs_cancel`` share: ids in, a line for each, a sum, an exit code."""

import sys
from argparse import ArgumentTypeError
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

import orjson
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from console.job_control import Action, control_job
from console.management.help import HelpFormatter
from console.management.people import actor
from console.management.reason import add_reason
from console.management.tokens import run
from console.terminal import harmless
from console.words import word
from jobs.control import Answer

PERMISSION = "jobs.control_job"
EPILOG = """\
exit code:
  0  done for every job
  1  for none
  2  wrong usage: options, an unknown user, no permission
  3  for some of them
"""


class JobsCommand(BaseCommand):
    """One action on jobs named by their ids, each in a transaction of its own."""

    action: ClassVar[Action]
    #: What is printed of a job where it was done, where it was not, and of all of them at the end.
    done: ClassVar[Any]
    not_done: ClassVar[Any]
    summary: ClassVar[Any]

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(
            prog_name, subcommand, epilog=EPILOG, formatter_class=HelpFormatter, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ids", nargs="+", type=_id, metavar="ID", help="the jobs' ids")
        add_reason(parser, "the jobs' history and the audit")
        parser.add_argument("--user", metavar="NAME", help="in whose name (a username)")
        parser.add_argument(
            "--json", action="store_true", help="a JSON object a line: job, task, state, code"
        )

    def handle(self, *, ids: list[UUID], reason: str, user: str | None, json: bool, **options: Any) -> None:
        who = actor(user, PERMISSION, command=f"jobs_{self.action}")
        answers = run(partial(self.do, list(dict.fromkeys(ids)), who, reason, json))
        refused = sum(bool(answer.code) for answer in answers)
        counts = {"done": len(answers) - refused, "all": len(answers)}
        self.stderr.write(str(self.summary) % counts, lambda text: text)
        if refused:
            sys.exit(1 if refused == len(answers) else 3)

    async def do(self, ids: list[UUID], who: str, reason: str, json: bool) -> list[Answer]:
        """Each is told at once: who interrupts a long list sees how far it came."""
        answers = []
        for id in ids:
            answers.append(await control_job(self.action, id, actor=who, reason=reason))
            self.stdout.write(as_json(answers[-1]) if json else self.in_words(answers[-1]))
        return answers

    def in_words(self, answer: Answer) -> str:
        """``<id>  <task>  not cancelled: It has ended.``"""
        why = f"{self.not_done}: {word('why-job', answer.code)}" if answer.code else str(self.done)
        return "  ".join(filter(None, (str(answer.id), harmless(answer.task), why)))


def as_json(answer: Answer) -> str:
    told = {"job": str(answer.id), "task": answer.task, "state": answer.state, "code": answer.code}
    return orjson.dumps(told).decode()


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ArgumentTypeError(_("name each job by its id, as its page shows it")) from None
