"""What the drivers raise while the database cannot be had, and what follows from it."""

import asyncpg
import django.db
import psycopg
import pytest

from jobs.away import AWAY, AWAY_FROM_PAGES, CUT, FULL, LOST, UNUSABLE, has_no_room, was_cut


def _wrapped(error: psycopg.Error) -> Exception:
    """As the ORM raises it."""
    wrapped = django.db.OperationalError()
    wrapped.__cause__ = error
    return wrapped


def _refused() -> psycopg.Error:
    """What a connection that nobody takes is told, as psycopg raises it."""
    with pytest.raises(psycopg.OperationalError) as caught:
        psycopg.connect("host=127.0.0.1 port=1 connect_timeout=2")
    return caught.value


@pytest.mark.parametrize(
    ("error", "refused"),
    [
        pytest.param(psycopg.OperationalError("FATAL:  sorry, too many clients already"), True, id="server"),
        pytest.param(
            psycopg.OperationalError("FATAL:  remaining connection slots are reserved for roles with …"),
            True,
            id="reserved",
        ),
        pytest.param(psycopg.OperationalError('too many connections for role "desk"'), True, id="role"),
        pytest.param(
            psycopg.OperationalError("no more connections allowed (max_client_conn)"), True, id="pooler"
        ),
        pytest.param(asyncpg.TooManyConnectionsError("zu viele"), True, id="asyncpg-in-any-language"),
        pytest.param(_wrapped(psycopg.errors.TooManyConnections()), True, id="through-the-orm"),
        pytest.param(psycopg.OperationalError("Connection refused"), False, id="not-there"),
        pytest.param(asyncpg.CannotConnectNowError("starting up"), False, id="starting"),
        pytest.param(OSError("too many clients"), False, id="not-the-database"),
    ],
)
def test_a_full_server_is_told_from_one_that_is_away(error: Exception, refused: bool) -> None:
    assert has_no_room(error) is refused


@pytest.mark.parametrize(
    ("error", "cut"),
    [
        pytest.param(asyncpg.AdminShutdownError("terminating"), True, id="asyncpg"),
        pytest.param(_wrapped(psycopg.errors.AdminShutdown("terminating")), True, id="the ORM"),
        pytest.param(_wrapped(psycopg.OperationalError("server closed the connection")), True, id="libpq"),
        pytest.param(_wrapped(psycopg.errors.QueryCanceled("took too long")), False, id="a time-out"),
        pytest.param(_wrapped(psycopg.errors.DeadlockDetected("40P01")), False, id="a deadlock"),
        pytest.param(_wrapped(psycopg.OperationalError("too many clients")), False, id="a full server"),
        pytest.param(django.db.OperationalError("by hand"), False, id="nobody's error"),
        pytest.param(OSError("gone"), False, id="not the database"),
        pytest.param(_wrapped(_refused()), True, id="the ORM's, refused"),
        pytest.param(_refused(), False, id="a handler's own, refused"),
    ],
)
def test_a_cut_connection_is_told_from_what_a_handler_brings_about(error: Exception, cut: bool) -> None:
    assert was_cut(error) is cut


@pytest.mark.parametrize("kind", [*CUT, *FULL, TimeoutError], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(
    "doors",
    [
        pytest.param(AWAY, id="api"),
        pytest.param(AWAY_FROM_PAGES, id="page"),
        pytest.param(LOST, id="engine"),
        pytest.param(UNUSABLE, id="start"),
    ],
)
def test_a_connection_that_is_cut_or_refused_is_known_wherever_it_happens(
    doors: tuple[type[Exception], ...], kind: type[Exception]
) -> None:
    assert issubclass(kind, doors)
