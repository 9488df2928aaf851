"""What every test may use. Database tests ask for ``database``: committed rows, one loop, one pool."""

import os
import secrets
import shutil
import time
import warnings
from collections.abc import AsyncIterator, Iterator
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase
from playwright.async_api import Browser, async_playwright, expect
from psycopg import sql
from pytest_django import DjangoDbBlocker
from servestatic.middleware import ServeStaticMiddleware

from console.database import DatabaseProblem, reachable
from jobs import db
from tests.console.windows import WINDOWS
from tests.spread import spread
from tests.support import ARGUMENTS

#: Tables the migrations fill: users' roles and permissions, and which migrations ran.
FILLED = {
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
}

#: Files whose tests take ten seconds and more each, where others take a twentieth of one.
LONG = (
    "tests/console/test_manners",
    "tests/faults/test_dark",
    "tests/faults/test_slow_readers",
    "tests/faults/test_stop",
    "tests/journeys/test_bad_input",
    "tests/journeys/test_breaks",
    "tests/journeys/test_demo",
    "tests/journeys/test_tutorial",
)

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


#: Who is on this database beside the one who asks.
OTHERS = """
SELECT pid, application_name, state, query FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
#: Seconds the server has to end who has said goodbye.
GOODBYE = 5.0


@pytest.fixture(scope="session")
def nobody_left(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """When all is closed, whoever is still on the test database is named, and ended: else it would not go."""
    yield
    with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
        until = time.monotonic() + GOODBYE
        while left := others(cursor):
            if time.monotonic() > until:
                warnings.warn(f"still on the test database: {left}", stacklevel=1)
                cursor.execute("SELECT pg_terminate_backend(pid, 1000) FROM unnest(%s) AS pid", [list(left)])
                break
            time.sleep(0.05)


def others(cursor: Any) -> dict[int, str]:
    """Who is on this database beside the cursor's connection: pid → name, state and statement."""
    cursor.execute(OTHERS)
    return {pid: f"{name}: {state}: {query}" for pid, name, state, query in cursor.fetchall()}


@pytest_asyncio.fixture(scope="session")
async def session_pool(nobody_left: None, django_db_blocker: DjangoDbBlocker) -> AsyncIterator[None]:
    """The process's pool on Django's test database, closed before that is dropped."""
    with django_db_blocker.unblock():
        await sync_to_async(commit_quickly)()
    await db.open_pool(min_size=2)
    yield
    await db.close_pool()
    await sync_to_async(connections.close_all)()


def commit_quickly() -> None:
    """No commit waits for the disk: this server is not cut off, faults have one of their own for that."""
    connection = connections["default"]
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    connection.close()  # what is opened from now on has it


@pytest.fixture
def database(session_pool: None, transactional_db: None) -> None:
    """A migrated database with committed transactions, emptied after the test."""


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> Iterator[None]:
    """Django's flush of every table, and the filling that follows it, take ten times as long as ours."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: empty_tables())
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Django's way to keep them takes a quarter of a second each, here and once for every refusal."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_static_files() -> Iterator[None]:
    """Every client of Django's loads the middleware anew, and with it looks at every static file there is."""
    found: dict[str, Any] = {}
    look = ServeStaticMiddleware.add_files_from_finders

    def look_once(middleware: ServeStaticMiddleware) -> None:
        if not found:
            look(middleware)
            found.update(files=middleware.files, directories=middleware.directories)
        vars(middleware).update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ServeStaticMiddleware, "add_files_from_finders", look_once)
        yield


#: Deleting from small tables is quick; a large one, and one that many tests deleted from, is made anew.
#: Who may not turn triggers off (append-only tables have some) makes all of them anew.
#: Both locks wait for whoever still writes, so that nothing of it comes into the next test.
EMPTY = """
DO $$
DECLARE
    kept constant name[] := {kept};
    small constant bigint := CASE WHEN {unhindered} THEN 131072 ELSE 0 END;
    large text;
    few text;
BEGIN
    SELECT string_agg(oid::regclass::text, ', ') FILTER (WHERE size > small),
           string_agg(oid::regclass::text, ', ') FILTER (WHERE size <= small)
    INTO large, few
    FROM (
        SELECT oid, pg_relation_size(oid) AS size FROM pg_class
        WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname <> ALL (kept)
    ) AS tables
    WHERE size > 0;
    IF large IS NOT NULL THEN
        EXECUTE 'TRUNCATE ' || large || ' CASCADE';
    END IF;
    IF few IS NOT NULL THEN
        EXECUTE 'LOCK TABLE ' || few || ' IN EXCLUSIVE MODE';
        PERFORM set_config('session_replication_role', 'replica', true);
        EXECUTE (SELECT string_agg('DELETE FROM ' || each, '; ') FROM string_to_table(few, ', ') AS each);
    END IF;
END $$
"""


def empty_tables() -> None:
    """Empty the tables that have rows, but for what the migrations filled. Sequences go on."""
    connection = connections["default"]
    assert connection.settings_dict["NAME"].startswith("test_"), "only ever a test database is emptied"
    with connection.cursor() as cursor:
        cursor.execute(emptying(connection))


@cache
def emptying(connection: BaseDatabaseWrapper) -> sql.Composed:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        (unhindered,) = cursor.fetchone()
    return sql.SQL(EMPTY).format(kept=sql.Literal(sorted(FILLED)), unhindered=sql.Literal(unhindered))


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of this machine's Chromium. Tests that ask for it carry the mark ``browser``."""
    assert CHROMIUM, NO_CHROMIUM
    return CHROMIUM


@pytest_asyncio.fixture(scope="session")
async def one_chrome(chromium: str) -> AsyncIterator[Browser]:
    expect.set_options(timeout=20_000)
    async with WINDOWS.serving() as led_here, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS, *led_here])
        yield browser
        await browser.close()


@pytest.fixture
async def chrome(one_chrome: Browser) -> AsyncIterator[Browser]:
    """The one Chromium of a worker: a test opens contexts of its own in it, and none outlives the test."""
    yield one_chrome
    for context in one_chrome.contexts:
        await context.close()


def pytest_xdist_auto_num_workers() -> int:
    """One more than cores: much of the suite waits for processes, leases and browsers."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)  # after pytest-randomly
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a Chromium the browser tests are skipped, which the summary says in one line."""
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))
    if workers := getattr(config, "workerinput", {}).get("workercount"):
        items[:] = spread(items, workers, lambda item: item.nodeid.startswith(LONG))


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
