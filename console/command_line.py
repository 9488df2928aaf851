"""One command of ``manage.py``, in a Python that has the packages."""

import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import Any, NoReturn

import django
from django.conf import settings

from console import bootstrap
from console.database import DatabaseProblem, check, lacks_tables, reachable
from console.environment import SettingProblem

#: Commands that must work without any database, or bring their own.
WITHOUT_DATABASE = frozenset(
    {
        "bench",
        "pictures",
        "help",
        "version",
        "compilemessages",
        "makemessages",
        "startapp",
        "diffsettings",
        "findstatic",
    }
)

#: Commands that end when they are told to, and seconds their threads get to end, too.
SERVING, LAST_WAIT = frozenset({"serve", "demo"}), 3.0

#: Seconds until a signal that was lost in a destructor is sent again.
AGAIN = 0.05


def run(argv: Sequence[str]) -> None:
    """Run it. A setting or database that can't be used: one sentence on stderr, exit 1. SIGTERM: exit 143."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    signal.signal(signal.SIGTERM, _end)
    sys.unraisablehook = _ask_again
    try:
        _ = settings.INSTALLED_APPS  # read now, and for the tests, too: pytest could not say it in one line
        if argv[1:2] == ["runserver"]:
            sys.exit("Django's runserver runs no jobs and takes no sockets. Run: python3 manage.py serve")
        if argv[1:2] == ["test"]:
            if given := os.environ.get("DATABASE_URL"):
                check(given)
            run_tests(argv[2:])
        try:
            if needs_database(argv):
                with reachable():
                    execute(argv)
            else:
                execute(argv)
        finally:
            if not SERVING.isdisjoint(argv[1:2]):
                leave_behind(sys.exception())
    except (DatabaseProblem, SettingProblem) as problem:
        sys.exit(str(problem))
    except Exception as error:
        if isinstance(error.__cause__, SystemExit):  # 3.11 wraps what is raised while a class is being made
            raise error.__cause__ from None
        if not lacks_tables(error):
            raise
        sys.exit("The database has not all tables. Run: python3 manage.py migrate")


def leave_behind(ending: BaseException | None) -> None:
    """Let the process end although a thread works on, or waits for nothing: Python would join it."""
    code: object = int(ending is not None)
    if isinstance(ending, SystemExit):
        code = ending.code
    elif isinstance(ending, KeyboardInterrupt):
        code = 128 + signal.SIGINT

    def cut() -> None:
        sys.stderr.write("A thread does not end; it is left behind.\n")
        sys.stdout.flush()
        os._exit(code if isinstance(code, int) else int(code is not None))

    timer = threading.Timer(LAST_WAIT, cut)
    timer.daemon = True
    timer.start()


class Terminated(SystemExit):
    """SIGTERM came. A kind of its own: anything may exit in a destructor, and that is no signal."""


def _end(number: int, _frame: object) -> NoReturn:
    """Leave as Ctrl-C does, letting go of the built-in server, until a server hears its signals itself.

    Ended by the signal's default, a process that was still starting left its PostgreSQL running for nobody.
    """
    raise Terminated(128 + number)


def _ask_again(lost: Any) -> None:
    """Send a signal again that came while a destructor ran: what is raised there ends nothing.

    A moment later: at once, it would come to the same destructor. Everything else is told as Python tells it.
    """
    if not isinstance(lost.exc_value, Terminated | KeyboardInterrupt):
        sys.__unraisablehook__(lost)
        return
    number = signal.SIGTERM if isinstance(lost.exc_value, Terminated) else signal.SIGINT
    signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), number))
    signal.setitimer(signal.ITIMER_REAL, AGAIN)


def needs_database(argv: Sequence[str]) -> bool:
    command = argv[1] if len(argv) > 1 else "help"
    asks_for_help = not {"-h", "--help", "--version"}.isdisjoint(argv[1:])
    return not asks_for_help and command not in WITHOUT_DATABASE


def execute(argv: Sequence[str]) -> None:
    from django.core.management import execute_from_command_line, get_commands

    if not argv[1:] or argv[1] in ("help", "--help", "-h"):
        django.setup()
        get_commands().pop("runserver", None)  # listed is what there is to run here; see ``run``
    execute_from_command_line(list(argv))


def run_tests(arguments: Sequence[str]) -> None:
    """Go on as pytest. From outside of the project its root is taken, from inside paths stay relative."""
    if not os.path.realpath(os.curdir).startswith(str(bootstrap.BASE)):
        os.chdir(bootstrap.BASE)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])
