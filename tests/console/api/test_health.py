from types import SimpleNamespace

import pytest

from console.api import health
from tests.console.api.caller import Caller


async def test_a_process_whose_database_answers_is_ready(session_pool: None, nobody: Caller) -> None:
    answer = await nobody.get("/health")
    assert (answer.status, answer.json()) == (200, {"status": "ready"})


@pytest.mark.parametrize(("ready", "status"), [(True, 200), (False, 503)])
async def test_a_process_is_as_ready_as_its_engine(
    session_pool: None, nobody: Caller, monkeypatch: pytest.MonkeyPatch, ready: bool, status: int
) -> None:
    engine = SimpleNamespace(status=lambda: {"ready": ready})
    monkeypatch.setattr(health.process, "current", lambda: SimpleNamespace(engine=engine, standing=None))
    answer = await nobody.get("/health")
    assert answer.status == status
    if not ready:
        answer.problem(503, "not_ready")


async def test_a_process_that_runs_no_jobs_is_ready(
    session_pool: None, nobody: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health.process, "current", lambda: SimpleNamespace(engine=None, standing=None))
    assert (await nobody.get("/health")).status == 200


async def test_a_process_whose_database_is_away_is_not_ready(
    session_pool: None, nobody: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(health.db, "connection", away)
    (await nobody.get("/health")).problem(503, "unavailable")
