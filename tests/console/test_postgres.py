"""The built-in server on data folders of its own: broken, killed and shared in every way we know."""

import os
import select
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from console.postgres import Place, ServerProblem, Share, postmaster, runner

pytestmark = pytest.mark.fault

#: A process that holds the server at the folder until its stdin ends, and says when it does.
HOLDER = """
import sys
from pathlib import Path
from console.postgres import Place, Share
share = Share(Place(Path(sys.argv[1])))
print(share.acquire(), flush=True)
sys.stdin.read()
share.release()
"""


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as a first start leaves it, to copy: initdb is the slow part."""
    place = Place(tmp_path_factory.mktemp("first") / "postgres")
    share = Share(place)
    share.acquire()
    share.release()
    return place.data


@pytest.fixture
def place(tmp_path: Path, data_folder: Path) -> Iterator[Place]:
    """A place with data, where no server runs."""
    place = Place(tmp_path / "postgres")
    place.folder.mkdir(mode=0o700)
    shutil.copytree(data_folder, place.data)
    yield place
    if postmaster.running(place.data):  # a failed test left it: joined, then ended
        share = Share(place)
        share.acquire()
        share.release()


@pytest.fixture
def fresh(place: Place) -> Place:
    """A place where nothing ever ran."""
    shutil.rmtree(place.data)
    return place


@pytest.fixture
def hold(place: Place) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Start a process that holds the server; it holds it when this returns."""
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", HOLDER, str(place.folder)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout
        assert process.stdout.readline().strip() == place.url
        return process

    yield start
    for process in started:
        leave(process)


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=30)


def remember(place: Place, note: str) -> None:
    with psycopg.connect(place.url) as conn:
        conn.execute("CREATE TABLE IF NOT EXISTS note (text text)")
        conn.execute("INSERT INTO note (text) VALUES (%s)", [note])


def remembered(place: Place) -> list[str]:
    with psycopg.connect(place.url) as conn:
        return [text for (text,) in conn.execute("SELECT text FROM note")]


def server_of(place: Place) -> postmaster.Postmaster | None:
    return postmaster.running(runner.choose(place).data)


def await_end(pid: int) -> None:
    """Wait until the process has ended."""
    handle = os.pidfd_open(pid)
    ended, _, _ = select.select([handle], [], [], 20)
    os.close(handle)
    assert ended


def test_first_start_makes_an_empty_database_and_the_second_finds_it(fresh: Place) -> None:
    share = Share(fresh)
    assert share.acquire() == fresh.url
    remember(fresh, "first")
    share.release()
    assert server_of(fresh) is None
    assert not fresh.socket.exists()

    again = Share(fresh)
    again.acquire()
    assert remembered(fresh) == ["first"]
    again.release()


def test_acquiring_and_releasing_twice_is_harmless(place: Place) -> None:
    share = Share(place)
    share.release()
    share.acquire()
    share.acquire()
    share.release()
    share.release()
    assert server_of(place) is None


def test_socket_is_its_owners_alone_and_short_however_deep_the_folder(place: Place, tmp_path: Path) -> None:
    share = Share(place)
    share.acquire()
    assert stat.S_IMODE(place.socket.stat().st_mode) == 0o700
    share.release()
    deep = Place(tmp_path.joinpath(*["a-long-name-for-a-folder"] * 8))
    assert len(str(deep.socket / ".s.PGSQL.5432")) <= 100


def test_modes_of_folders_that_are_not_ours_stay(place: Place, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    before = [(path, path.stat().st_mode) for path in [tmp_path, *tmp_path.parents]]
    share = Share(place)
    share.acquire()
    share.release()
    assert [(path, path.stat().st_mode) for path in [tmp_path, *tmp_path.parents]] == before
    assert stat.S_IMODE(place.folder.stat().st_mode) == 0o700


def test_half_made_data_folder_is_set_aside_and_made_anew(
    fresh: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    data = fresh.folder / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("18\n")
    share = Share(fresh)
    share.acquire()
    remember(fresh, "whole")
    share.release()
    (kept,) = fresh.folder.glob("data.broken-*")
    assert f"kept as {kept.name}" in capsys.readouterr().err
    assert (kept / "PG_VERSION").read_text() == "18\n"


def test_initdb_interrupted_in_the_middle_is_begun_again(fresh: Place) -> None:
    left = fresh.folder / "data.making-interrupted"
    left.mkdir(parents=True)
    (left / "PG_VERSION").write_text("18\n")
    share = Share(fresh)
    share.acquire()
    share.release()
    assert not left.exists()


def test_data_of_another_version_is_refused_in_words_and_kept(place: Place) -> None:
    share = Share(place)
    share.acquire()
    share.release()
    version = place.data / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(ServerProblem, match="made by PostgreSQL 17"):
        Share(place).acquire()
    assert version.read_text() == "17\n"
    version.write_text("18\n")


@pytest.mark.parametrize("content", ["", "not a number\n"], ids=["empty", "garbled"])
def test_broken_pid_file_is_stepped_over(place: Place, content: str) -> None:
    share = Share(place)
    share.acquire()
    share.release()
    (place.data / "postmaster.pid").write_text(content)
    share.acquire()
    remember(place, "answers")
    share.release()


def test_stale_pid_file_naming_another_living_process_is_stepped_over(place: Place) -> None:
    share = Share(place)
    share.acquire()
    remember(place, "before the crash")
    found = server_of(place)
    assert found
    os.kill(found.pid, signal.SIGKILL)
    await_end(found.pid)
    path = place.data / "postmaster.pid"
    _, _, rest = path.read_text().partition("\n")
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger:
        path.write_text(f"{stranger.pid}\n{rest}")
        again = Share(place)
        again.acquire()
        assert remembered(place) == ["before the crash"]
        again.release()
        assert stranger.poll() is None
        stranger.kill()
    share.release()


def test_killed_server_is_started_again_with_all_it_committed(
    place: Place, hold: Callable[[], subprocess.Popen[str]]
) -> None:
    holder = hold()
    remember(place, "committed")
    found = server_of(place)
    assert found
    os.kill(found.pid, signal.SIGKILL)
    await_end(found.pid)
    leave(holder)

    hold()
    assert remembered(place) == ["committed"]


def test_server_left_running_by_killed_users_is_joined_then_stopped(
    place: Place, hold: Callable[[], subprocess.Popen[str]]
) -> None:
    first, second = hold(), hold()
    remember(place, "committed")
    for process in (first, second):
        process.kill()
        process.wait()
    left = server_of(place)
    assert left

    share = Share(place)
    share.acquire()
    assert server_of(place) == left
    assert remembered(place) == ["committed"]
    share.release()
    assert server_of(place) is None


def test_last_one_out_stops_the_server(place: Place, hold: Callable[[], subprocess.Popen[str]]) -> None:
    first = hold()
    second = hold()
    running = server_of(place)
    leave(first)  # the one that started it
    assert server_of(place) == running
    remember(place, "still here")
    leave(second)
    assert server_of(place) is None


def test_processes_that_start_at_once_share_one_server(fresh: Place) -> None:
    command = [sys.executable, "-c", HOLDER, str(fresh.folder)]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    for process in started:
        assert process.stdout
        assert process.stdout.readline().strip() == fresh.url
    remember(fresh, "one")
    assert len(list(fresh.folder.glob("log*"))) == 2  # initdb's and one server's
    for process in started:
        leave(process)
    assert server_of(fresh) is None


def test_server_of_a_folder_that_was_moved_is_taken_over(place: Place, tmp_path: Path) -> None:
    share = Share(place)
    share.acquire()
    remember(place, "moved")
    found = server_of(place)
    assert found
    moved = Place(tmp_path / "elsewhere")
    place.folder.rename(moved.folder)
    with pytest.raises(ServerProblem, match="is in use"):
        Share(moved).acquire()
    share._users.close()  # as when its process was killed
    share._users = None

    again = Share(moved)
    again.acquire()
    assert remembered(moved) == ["moved"]
    again.release()
    moved.folder.rename(place.folder)


def test_interrupt_from_the_terminal_does_not_reach_the_server(
    place: Place, hold: Callable[[], subprocess.Popen[str]]
) -> None:
    holder = hold()
    found = server_of(place)
    assert found
    assert os.getsid(found.pid) != os.getsid(holder.pid)


def test_socket_directory_of_somebody_else_is_refused(place: Place) -> None:
    place.socket.symlink_to("/var")
    with pytest.raises(ServerProblem, match="belongs to somebody else"):
        Share(place).acquire()
    place.socket.unlink()


if os.geteuid() == 0:  # nobody else has this case, so for them it is not even skipped

    def test_root_without_user_namespaces_runs_it_as_nobody_from_copies_outside(
        fresh: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
    ) -> None:
        outside = Path("/var/tmp") / f"headrace-test-{fresh.key}"
        outside.mkdir(mode=0o755)
        request.addfinalizer(lambda: shutil.rmtree(outside))
        tmp_path.chmod(0o700)
        monkeypatch.setattr(runner, "works", lambda _: False)
        monkeypatch.setattr(runner, "OUTSIDE", outside)
        for _ in range(2):
            share = Share(fresh)
            share.acquire()
            found = server_of(fresh)
            assert found
            assert Path(f"/proc/{found.pid}").stat().st_uid == runner.nobody()[0]
            remember(fresh, "as nobody")
            share.release()
        assert server_of(fresh) is None
        assert not fresh.data.exists()
        monkeypatch.undo()
