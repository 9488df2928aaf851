import logging

import pytest

from console.logs import LOGS_OF_ADDRESSES, WithoutLinks
from console.signin import SECRET_BYTES

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
