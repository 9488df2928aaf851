"""A skip in CI is a failure; an expected failure stays one."""

import pytest

from tests import conftest


@pytest.mark.parametrize(
    ("forbidden", "expected_to_fail", "outcome"),
    [(True, False, "failed"), (True, True, "skipped"), (False, False, "skipped")],
    ids=["in CI", "expected failure in CI", "at home"],
)
def test_skip_fails_only_where_it_is_forbidden(
    forbidden: bool, expected_to_fail: bool, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conftest, "NO_SKIP", forbidden)
    report = pytest.TestReport("a test", ("a file", 1, "a test"), {}, "skipped", "no Chromium", "call")
    if expected_to_fail:
        report.wasxfail = "reason"
    assert conftest.forbid_skip(report).outcome == outcome
