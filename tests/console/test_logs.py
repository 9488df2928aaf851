import io
import logging

import pytest
from django.db import OperationalError

from console.logs import LOGS_OF_ADDRESSES, OnlyFaults, WithoutLinks
from console.signin import SECRET_BYTES
from orders import store
from tests.console.desk import browser

SECRET = "s" * SECRET_BYTES


def record(message, *args, exc_info=None):
    made = logging.LogRecord("django.request", logging.WARNING, "", 0, message, args, exc_info)
    assert WithoutLinks().filter(made)
    return logging.Formatter().format(made)


@pytest.mark.parametrize(
    ("message", "args", "said"),
    [
        pytest.param("Gone: %s", (f"/sign-in/{SECRET}/",), "Gone: /sign-in/…/", id="a link"),
        pytest.param("Gone: %s", (f"/sign-in/{SECRET}",), "Gone: /sign-in/…", id="without its slash"),
        pytest.param("Not Found: %s", ("/sign-in/password/",), "Not Found: /sign-in/password/", id="no link"),
        pytest.param("100 % of it", (), "100 % of it", id="nothing to fill in"),
    ],
)
def test_a_link_is_blotted_out(message, args, said):
    assert record(message, *args) == said


def test_a_link_in_a_traceback_is_blotted_out():
    try:
        raise LookupError({"path": f"sign-in/{SECRET}/"})
    except LookupError as error:
        said = record("failed", exc_info=(type(error), error, error.__traceback__))
    assert SECRET not in said
    assert "LookupError: {'path': 'sign-in/…/'}" in said


@pytest.mark.parametrize("name", LOGS_OF_ADDRESSES)
def test_each_logger_that_names_addresses_has_the_filter(name):
    assert any(isinstance(one, WithoutLinks) for one in logging.getLogger(name).filters)


@pytest.fixture
def told(monkeypatch):
    """What goes to stderr of what pages log."""
    (handler,) = (one for one in logging.getLogger("django.request").handlers if has(one, OnlyFaults))
    monkeypatch.setattr(handler, "stream", io.StringIO())
    return handler.stream


def has(handler, kind):
    return any(isinstance(one, kind) for one in handler.filters)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        pytest.param(ZeroDivisionError("the wheel stands"), 500, id="a fault of ours"),
        pytest.param(FileNotFoundError("the wheel stands"), 500, id="a file that is missing"),
        pytest.param(OperationalError("it is away"), 503, id="the database is away"),
    ],
)
async def test_a_page_that_fails_is_told_and_a_database_that_is_away_is_not(
    database, told, monkeypatch, error, status
):
    def fail(*_args):
        raise error

    monkeypatch.setattr(store, "order_counts", fail)
    visitor = await browser("viewer")
    visitor.raise_request_exception = False
    assert (await visitor.get("/")).status_code == status
    assert (await visitor.get("/nowhere/")).status_code == 404
    text = told.getvalue()
    assert ("the wheel stands" in text) == (status == 500)
    assert ("Internal Server Error: /\n" in text) == (status == 500)
    assert "it is away" not in text
    assert "Not Found" not in text
