from datetime import UTC, datetime

import pytest

from jobs.fetch.retry_after import retry_after

NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param("0", 0.0, id="at once"),
        pytest.param(" 7 ", 7.0, id="seconds"),
        pytest.param("Thu, 01 Jan 2026 12:00:30 GMT", 30.0, id="a date"),
        pytest.param("Thu, 01 Jan 2026 11:00:00 GMT", 0.0, id="a date gone by"),
        pytest.param("Thu, 01 Jan 2026 12:00:30 -0000", 30.0, id="a date without a zone"),
        pytest.param("-5", 0.0, id="negative"),
        pytest.param("soon", 0.0, id="words"),
        pytest.param("٣", 0.0, id="digits of another script"),
        pytest.param("Fri, 31 Dec 1999 23:59:59 +99999999999999999999", 0.0, id="no such zone"),
        pytest.param("Fri, 99999999999999999999 Dec 1999 23:59:59 GMT", 0.0, id="no such day"),
        pytest.param("Thu, 99 Foo 2026 99:99:99 GMT", 0.0, id="no such date"),
    ],
)
def test_retry_after_is_read(value: str, seconds: float) -> None:
    assert retry_after({"Retry-After": value}, NOW) == seconds


def test_no_header_is_no_wait() -> None:
    assert retry_after({}, NOW) == 0.0
