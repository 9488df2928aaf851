"""``manage.py ledger_check``: does every account, unit and audit row add up?"""

import asyncio
import sys
from collections.abc import Sequence
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jobs import db
from orders.ledger_check import Problem, check

#: Rows of one problem named in the text; ``--json`` names all.
SHOWN = 20


class Command(BaseCommand):
    help = (
        "Prove the ledger, the stock and the audit chain; exit 1 and name the rows where something is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help='print {"ok": …, "problems": […]}')

    def handle(self, *args: Any, **options: Any) -> None:
        problems = asyncio.run(_check())
        if options["json"]:
            self.stdout.write(_as_json(problems))
        else:
            self.stdout.write(_as_text(problems))
        if problems:
            sys.exit(1)


async def _check() -> Sequence[Problem]:
    await db.open_pool(min_size=1, max_size=2)
    try:
        return await check()
    finally:
        await db.close_pool()


def _as_json(problems: Sequence[Problem]) -> str:
    answer = {
        "ok": not problems,
        "problems": [
            {"rule": problem.rule, "message": str(problem.message), "rows": list(problem.rows)}
            for problem in problems
        ],
    }
    return orjson.dumps(answer, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _as_text(problems: Sequence[Problem]) -> str:
    if not problems:
        return _("The ledger is balanced: every transfer, unit and audit row adds up.")
    count = len(problems)
    lines = [
        ngettext("%d rule of the ledger is broken:", "%d rules of the ledger are broken:", count) % count
    ]
    for problem in problems:
        lines.append(f"\n{problem.rule}: {problem.message}")
        lines += [f"  {row}" for row in problem.rows[:SHOWN]]
        if (more := len(problem.rows) - SHOWN) > 0:
            lines.append("  " + ngettext("… and %d more row", "… and %d more rows", more) % more)
    return "\n".join(lines)
