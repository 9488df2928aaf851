import logging

import asyncpg
import orjson
import pytest

from console.api import jobs as jobs_api
from console.size import MAX_BODY
from jobs import db
from tests.console.api.caller import Caller
from tests.console.api.test_orders import order


async def test_a_body_too_large_is_refused_by_what_it_announces(nobody: Caller) -> None:
    answer = await nobody.call("POST", "/orders", headers={"content-length": str(MAX_BODY + 1)})
    answer.problem(413, "too_large")


async def test_a_body_too_large_is_refused_by_what_comes(nobody: Caller) -> None:
    answer = await nobody.call("POST", "/orders", *[b"x" * 70_000] * 20)
    answer.problem(413, "too_large")


async def test_more_parameters_than_are_read_is_the_askers_mistake(ada: Caller) -> None:
    (await ada.get("/orders?" + "&".join(["a=1"] * 3000))).problem(400, "bad_request")


async def test_a_body_in_many_parts_is_put_together(ada: Caller) -> None:
    body = orjson.dumps(order())
    headers = {"content-type": "application/json", "idempotency-key": "k"}
    parts = [body[at : at + 7] for at in range(0, len(body), 7)]
    assert (await ada.call("POST", "/orders", *parts, headers=headers)).status == 202


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/orders/", "/orders/x/y"])
async def test_an_address_that_is_not_there_is_a_problem(nobody: Caller, path: str) -> None:
    (await nobody.get(path)).problem(404, "not_found")


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/orders"), ("PUT", "/jobs"), ("POST", "/health")])
async def test_a_method_that_is_not_there_is_a_problem(nobody: Caller, method: str, path: str) -> None:
    answer = await nobody.call(method, path)
    answer.problem(405, "method_not_allowed")
    assert "GET" in answer.headers["allow"]


async def test_a_fault_of_ours_is_logged_and_not_shown(
    ada: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*args: object, **kwargs: object) -> None:
        raise LookupError("the innermost thing")

    monkeypatch.setattr(jobs_api.store, "jobs_page", broken)
    with caplog.at_level(logging.ERROR, "headrace.api"):
        answer = await ada.get("/jobs")
    answer.problem(500, "internal")
    assert b"innermost" not in answer.body
    assert "innermost" in caplog.text


AWAY = (
    TimeoutError(),
    ConnectionRefusedError(),
    asyncpg.ConnectionDoesNotExistError("x"),
    asyncpg.InterfaceError("x"),
)


async def test_a_database_that_is_away_asks_to_come_back(
    ada: Caller, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests
) -> None:
    for error in AWAY:

        async def away(*args: object, error: Exception = error, **kwargs: object) -> None:
            raise error

        monkeypatch.setattr(jobs_api.store, "jobs_page", away)
        with subtests.test(type(error).__name__):
            answer = await ada.get("/jobs")
            answer.problem(503, "unavailable")
            assert answer.headers["retry-after"] == "1"


async def test_a_request_that_outlives_the_pool_is_asked_to_come_back(
    ada: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It was cancelled, and Django went on with what it had begun for it."""
    monkeypatch.setattr(db, "_room", None)
    (await ada.post("/orders", order())).problem(503, "unavailable")
    assert "Traceback" not in caplog.text


async def test_answers_are_not_kept_and_say_their_language(ada: Caller) -> None:
    for answer in (await ada.get("/orders"), await ada.get("/nothing")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-language"] == "en"


async def test_a_cookie_is_no_way_in(ada: Caller, nobody: Caller) -> None:
    answer = await nobody.call("GET", "/orders", headers={"cookie": "sessionid=whatever"})
    answer.problem(401, "unauthenticated")
    assert "set-cookie" not in answer.headers
