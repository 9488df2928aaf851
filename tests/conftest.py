"""What every test may use. Database tests ask for ``database``: committed rows, one loop, one pool."""

import os
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import TransactionTestCase
from psycopg import sql

from console.database import DatabaseProblem, reachable
from jobs import db

#: Tables the migrations fill: users' roles and permissions, and which migrations ran.
FILLED = {
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
}

NO_SKIP = bool(os.environ.get("HEADRACE_NO_SKIP"))
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")
NO_PGBOUNCER = "no PgBouncer on this machine: its tests are skipped (Debian: apt install pgbouncer)"
NO_CHROMIUM = "no Chromium on this machine: the browser tests are skipped (Debian: apt install chromium)"


@pytest.fixture(scope="session")
def database_server() -> Iterator[str]:
    """A PostgreSQL to make databases on: the one in DATABASE_URL, else the built-in one. Its URL."""
    try:
        with reachable():
            yield os.environ["DATABASE_URL"]
    except DatabaseProblem as problem:
        pytest.exit(str(problem), returncode=1)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    database_server: str, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """pytest-django asks for this before it makes the test database: the server must run by then."""


@pytest.fixture
def empty_database(database_server: str) -> Iterator[str]:
    """The URL of a new, empty database, for processes of their own; dropped afterwards."""
    name = f"headrace_test_{secrets.token_hex(6)}"
    with psycopg.connect(database_server, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield urlsplit(database_server)._replace(path=f"/{name}").geturl()
        conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest_asyncio.fixture(scope="session")
async def session_pool(django_db_setup: None, django_db_blocker: object) -> AsyncIterator[None]:
    """The process's pool on Django's test database, closed before that is dropped."""
    await db.open_pool(min_size=2)
    yield
    await db.close_pool()
    await sync_to_async(connections.close_all)()


@pytest.fixture
def database(session_pool: None, transactional_db: None) -> None:
    """A migrated database with committed transactions, emptied after the test."""


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> Iterator[None]:
    """Django's flush of every table, and the filling that follows it, take ten times as long as ours."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: empty_tables())
        yield


def empty_tables() -> None:
    """Empty the tables that have rows, but for what the migrations filled."""
    connection = connections["default"]
    assert connection.settings_dict["NAME"].startswith("test_"), "only ever a test database is emptied"
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name not in FILLED]
        looks = " UNION ALL ".join(f'(SELECT \'"{table}"\' FROM "{table}" LIMIT 1)' for table in tables)
        cursor.execute(looks)
        if written := [row[0] for row in cursor.fetchall()]:
            cursor.execute(f"TRUNCATE {', '.join(written)} CASCADE")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of this machine's Chromium. Tests that ask for it carry the mark ``browser``."""
    assert CHROMIUM, NO_CHROMIUM
    return CHROMIUM


def pytest_xdist_auto_num_workers() -> int:
    """One more than cores: much of the suite waits for processes, leases and browsers."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a Chromium the browser tests are skipped, which the summary says in one line."""
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    for missing in (NO_CHROMIUM, NO_PGBOUNCER):
        if any(missing in reason for reason in reasons):
            terminalreporter.write_sep("!", missing, yellow=True, bold=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    return forbid_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    return forbid_skip((yield))


def forbid_skip(
    report: pytest.TestReport | pytest.CollectReport,
) -> pytest.TestReport | pytest.CollectReport:
    """With HEADRACE_NO_SKIP set, as in CI, a skip is a failure: everything a test needs must be there."""
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which HEADRACE_NO_SKIP forbids: {report.longrepr}"
    return report
