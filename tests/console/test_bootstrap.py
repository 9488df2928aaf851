"""``manage.py`` in a Python that has nothing, on a project of its own with a lock of one tiny wheel."""

import ast
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from console import bootstrap

pytestmark = pytest.mark.fault

ROOT = bootstrap.BASE
#: What stands for all of Headrace after the bootstrap: says which Python it runs in.
COMMAND_LINE = """
import sys

import django

def run(argv):
    sys.stdout.write(f"{sys.prefix} {django.VERSION} {' '.join(argv[1:])}")
"""


class Project:
    """A folder with the real bootstrap and a lock that installs ``django`` from a folder of wheels."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.wheels = folder / "a folder with blanks", folder / "wheels"

    def lay_out(self) -> None:
        self.wheels.mkdir()
        (self.folder / "console").mkdir(parents=True)
        (self.folder / "tests").mkdir()
        for name in ("manage.py", "console/__init__.py", "console/bootstrap.py"):
            shutil.copy(ROOT / name, self.folder / name)
        (self.folder / "console/command_line.py").write_text(COMMAND_LINE)
        self.lock("requirements.txt", "django", "1.0")
        self.lock("tests/requirements.txt", "pytest", "1.0")

    def lock(self, name: str, package: str, version: str, digest: str | None = None) -> None:
        true = hashlib.sha256(wheel(self.wheels, package, version).read_bytes()).hexdigest()
        (self.folder / name).write_text(f"{package}=={version} --hash=sha256:{digest or true}\n")

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """``-S`` hides what the machine's Python has installed; the ``.venv`` it goes on in is not told."""
        return subprocess.Popen(
            [sys._base_executable, "-S", self.folder / "manage.py", *arguments],  # type: ignore[attr-defined]
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)} | environment,
        )

    def manage(self, *arguments: str, **environment: str) -> tuple[int, str, str]:
        process = self.start(*arguments, **environment)
        out, err = process.communicate(timeout=80)
        return process.returncode, out, err

    def went_on(self, arguments: str, version: str = "1.0") -> str:
        return f"{self.folder / '.venv'} {version} {arguments}"


def wheel(folder: Path, name: str, version: str) -> Path:
    """A wheel with nothing but a module that knows its version."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    about = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{name}/__init__.py", f"VERSION = {version!r}\n")
        file.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        file.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{about}/RECORD", "")
    return path


@pytest.fixture
def bare(tmp_path: Path) -> Project:
    """A fresh clone."""
    project = Project(tmp_path)
    project.lay_out()
    return project


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, tuple[int, str, str]]:
    """A fresh clone's first ``demo``: the project it leaves, and its exit code, stdout and stderr."""
    project = Project(tmp_path_factory.mktemp("first"))
    project.lay_out()
    return project, project.manage("demo", "--json")


@pytest.fixture
def second_start(first_start: tuple[Project, tuple[int, str, str]], tmp_path: Path) -> Project:
    """A project whose ``.venv`` was made for ``demo``, in a folder of its own."""
    shutil.copytree(first_start[0].folder.parent, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Project(tmp_path)


def test_demo_in_a_bare_python_makes_the_environment_and_goes_on_in_it(
    first_start: tuple[Project, tuple[int, str, str]],
) -> None:
    project, (code, out, err) = first_start
    assert (code, out) == (0, project.went_on("demo --json"))
    assert [line.split(" … ")[0] for line in err.splitlines()] == [
        "· making .venv",
        "· finding pip",
        "· installing 1 packages",
    ]
    assert all(line.endswith(" s") for line in err.splitlines())


def test_second_start_goes_on_at_once_and_says_nothing(second_start: Project) -> None:
    assert second_start.manage("demo") == (0, second_start.went_on("demo"), "")


def test_test_needs_its_own_lock_as_well(second_start: Project) -> None:
    code, _, err = second_start.manage("test")
    assert code == 0
    assert "installing 2 packages" in err
    assert "making .venv" not in err
    assert second_start.manage("demo")[2] == ""


def test_changed_lock_is_installed(second_start: Project) -> None:
    second_start.lock("requirements.txt", "django", "2.0")
    code, out, err = second_start.manage("demo")
    assert (code, out) == (0, second_start.went_on("demo", "2.0"))
    assert "installing" in err


def test_package_with_another_hash_is_refused_showing_what_pip_said(second_start: Project) -> None:
    second_start.lock("requirements.txt", "django", "2.0", digest="0" * 64)
    code, out, err = second_start.manage("demo")
    assert (code, out) == (1, "")
    assert "DO NOT MATCH THE HASHES" in err
    assert err.splitlines()[-1] == "The packages could not be installed; see above."
    second_start.lock("requirements.txt", "django", "2.0")
    assert second_start.manage("demo")[:2] == (0, second_start.went_on("demo", "2.0"))


@pytest.mark.fault_long
def test_environment_of_a_python_that_is_gone_is_made_anew(second_start: Project) -> None:
    python = second_start.folder / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    code, out, err = second_start.manage("demo")
    assert (code, out) == (0, second_start.went_on("demo"))
    assert "making .venv" in err


@pytest.mark.fault_long
def test_two_at_once_make_one_environment(bare: Project) -> None:
    both = [bare.start("demo"), bare.start("demo")]
    said = [process.communicate(timeout=80) for process in both]
    assert [out for out, _ in said] == [bare.went_on("demo")] * 2
    assert sum("installing" in err for _, err in said) == 1


def test_other_command_in_a_bare_python_says_what_to_run(bare: Project) -> None:
    code, out, err = bare.manage("migrate")
    assert (code, out, err.strip()) == (1, "", bootstrap.NOT_INSTALLED)
    assert not (bare.folder / ".venv").exists()


def test_other_command_goes_on_in_an_environment_that_is_there(second_start: Project) -> None:
    assert second_start.manage("migrate") == (0, second_start.went_on("migrate"), "")


def test_folder_that_cannot_be_written_is_said_in_one_line(bare: Project) -> None:
    (bare.folder / ".data").write_text("a file where the folder should be")
    code, _, err = bare.manage("demo")
    assert code == 1
    assert len(err.splitlines()) == 1
    assert ".data" in err


def test_without_ensurepip_the_hosts_pip_installs(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 0 if "--python" in command else 1, "")

    monkeypatch.setattr(bootstrap, "run", run)
    assert bootstrap.find_pip() == [sys.executable, "-m", "pip", "--python", str(bootstrap.PYTHON)]


def test_without_any_pip_the_package_to_install_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "run", lambda command: subprocess.CompletedProcess(command, 1, ""))
    with pytest.raises(SystemExit, match="python3-venv"):
        bootstrap.find_pip()


def test_nothing_but_the_standard_library_is_imported_before_the_environment_is_there() -> None:
    tree = ast.parse((ROOT / "console/bootstrap.py").read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names


def test_python_too_old_can_read_manage_py_to_be_told_so() -> None:
    ast.parse((ROOT / "manage.py").read_text(), feature_version=(3, 7))


def test_locks_name_their_source_and_no_index() -> None:
    for name in ("requirements.txt", "tests/requirements.txt"):
        text = (ROOT / name).read_text()
        assert "uv pip compile --universal --generate-hashes" in text.splitlines()[1]
        assert "://" not in text
