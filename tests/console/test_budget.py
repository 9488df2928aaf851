"""What a process says about its connections."""

from types import SimpleNamespace
from typing import Any

import pytest

from console import budget
from jobs import db
from jobs.engine.process import Process
from jobs.rules.budget import Budget, Ceiling, Standing


@pytest.fixture
def process(settings: Any) -> Any:
    settings.DATABASE_POOL, settings.DATABASE_ORM_MAX = (5, 20), 6
    return SimpleNamespace(engine=object(), standing=None)


def test_the_line_names_who_connects_and_what_is_allowed(process: Any) -> None:
    assert budget.line(process) == (
        "Up to 29 connections a process: pool 20, ORM 6, listener 1, announcer 1, heart 1"
    )
    process.standing = Standing(Budget(20, 6), Ceiling("role", 97, 2, 4))
    assert budget.line(process).endswith("; this role allows 97, others use 2: room for 3, 4 run")


def test_without_jobs_there_is_no_heart(process: Any) -> None:
    process.engine = None
    assert budget.budget(process).total == 28


def test_behind_a_pooler_there_is_no_listener(process: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "_pooled", True)
    assert budget.budget(process).total == 28


def test_the_warning_says_how_many_may_run() -> None:
    words = budget.warning(Standing(Budget(20, 6), Ceiling("server", 97, 0, 10)))
    assert "10 processes of Headrace may open 290 connections, and the server has 97 for them." in words
    assert "run at most 3" in words


@pytest.mark.parametrize(
    ("orm", "warns"), [pytest.param(6, False, id="room"), pytest.param(10_000, True, id="none")]
)
async def test_who_may_want_more_than_there_is_warns(
    database: None, settings: Any, caplog: pytest.LogCaptureFixture, orm: int, warns: bool
) -> None:
    settings.DATABASE_ORM_MAX = orm
    standing = await budget.look(Process(run_jobs=False))
    assert standing is not None
    assert standing.ceiling.most > 0
    assert ("may open" in caplog.text) is warns
