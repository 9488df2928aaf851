"""A command of manage.py, told to end before a server hears signals itself."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from console.postgres import Place, postmaster, runner

pytestmark = pytest.mark.fault

#: A command that holds the built-in PostgreSQL at the folder, and then waits.
COMMAND = """
import signal, sys
from pathlib import Path
from console import command_line, postgres
postgres._share = postgres.Share(postgres.Place(Path(sys.argv[1])))
def execute(argv):
    print(postgres.url(), flush=True)
    signal.pause()
command_line.execute = execute
command_line.run(["manage.py", "migrate"])
"""


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 128 + signal.SIGTERM), (signal.SIGINT, -signal.SIGINT)]
)
def test_a_command_told_to_end_lets_go_of_the_server(tmp_path: Path, number: int, code: int) -> None:
    place = Place(tmp_path / "postgres")
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-c", COMMAND, str(place.folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
    assert process.stdout
    assert process.stdout.readline().strip() == place.url
    server = runner.choose(place).data
    assert postmaster.running(server)
    process.send_signal(number)
    process.communicate(timeout=30)
    assert process.returncode == code
    assert postmaster.running(server) is None


TOLD_IN_A_DESTRUCTOR = """
import os, signal, sys
from console import command_line

class Dying:
    def __del__(self):
        os.kill(os.getpid(), int(sys.argv[1]))
        for _ in range(1000): pass
        print("not raised here", flush=True)

def execute(argv):
    Dying()
    print("goes on", flush=True)
    signal.pause()
command_line.execute = execute
command_line.run(["manage.py", "help"])
"""


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 128 + signal.SIGTERM), (signal.SIGINT, -signal.SIGINT)]
)
def test_a_signal_that_comes_while_a_destructor_runs_is_not_lost(number: int, code: int) -> None:
    command = [sys.executable, "-c", TOLD_IN_A_DESTRUCTOR, str(int(number))]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert ended.stdout == "goes on\n"  # the destructor was cut, and nothing else
    assert (ended.returncode, "Traceback" in ended.stderr) == (code, number == signal.SIGINT)


EXITS_IN_A_DESTRUCTOR = """
import sys
from console import command_line

class Dying:
    def __del__(self):
        sys.exit(9)

def execute(argv):
    Dying()
    import time
    time.sleep(3 * command_line.AGAIN)  # a signal that was sent again would come here
    print("goes on", flush=True)
command_line.execute = execute
command_line.run(["manage.py", "help"])
"""


def test_a_destructor_that_exits_is_no_signal() -> None:
    command = [sys.executable, "-c", EXITS_IN_A_DESTRUCTOR]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert (ended.returncode, ended.stdout) == (0, "goes on\n")


def test_help_lists_what_there_is_to_run() -> None:
    manage = Path(__file__).parents[2] / "manage.py"
    ended = subprocess.run(
        [sys.executable, manage, "help", "--commands"], capture_output=True, text=True, timeout=60
    )
    listed = ended.stdout.split()
    assert "serve" in listed
    assert "runserver" not in listed


def test_djangos_own_server_points_to_ours() -> None:
    manage = Path(__file__).parents[2] / "manage.py"
    ended = subprocess.run([sys.executable, manage, "runserver"], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        "Django's runserver runs no jobs and takes no sockets. Run: python3 manage.py serve\n"
    )
