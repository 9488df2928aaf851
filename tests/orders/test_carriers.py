"""Asking side by side: one winner, the others cancelled, nothing left running. No network, no database."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import asyncpg
import orjson
import pytest

from jobs.fetch.client import FetchError
from jobs.fetch.response import Response
from orders import carriers
from orders.carriers import Reply, all_told, ask_carriers, told

NAMES = ("swift", "steady", "flaky")
URLS = {name: f"http://{name}.example/quote" for name in NAMES}


def offer(price: int, status: int = 200) -> Response:
    return Response(status, {}, orjson.dumps({"price": price, "currency": "EUR"}), 1)


class Street:
    """Carriers as each test scripts them; ``left`` are those whose call was cancelled."""

    def __init__(self) -> None:
        self.doors: dict[str, Callable[[], Awaitable[Response]]] = {}
        self.asked: list[tuple[str, Mapping[str, object]]] = []
        self.left: set[str] = set()
        self.all_asked = asyncio.Event()

    async def fetch(self, method: str, url: str, *, params: Mapping[str, object], timeout: float) -> Response:
        name = url.removeprefix("http://").partition(".")[0]
        self.asked.append((name, params))
        if len(self.asked) == len(NAMES):
            self.all_asked.set()
        try:
            return await self.doors[name]()
        except asyncio.CancelledError:
            self.left.add(name)
            raise


async def never() -> Response:
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


def says(response: Response | Exception) -> Callable[[], Awaitable[Response]]:
    async def answer() -> Response:
        if isinstance(response, Exception):
            raise response
        return response

    return answer


@pytest.fixture
def street(monkeypatch: pytest.MonkeyPatch) -> Street:
    made = Street()
    monkeypatch.setattr(carriers, "fetch", made.fetch)
    return made


async def ask(deadline: float = 5.0) -> dict[str, Reply]:
    replies = await ask_carriers(URLS, order="o1", weight=3, deadline=deadline)
    return {reply.carrier: reply for reply in replies}


def nobody_is_left() -> bool:
    return not [task for task in asyncio.all_tasks() if task.get_name().startswith("quote from")]


async def test_the_first_good_answer_wins_and_the_others_are_cancelled(street: Street) -> None:
    street.doors = {"swift": says(offer(690)), "steady": never, "flaky": never}
    replies = await ask()
    assert replies["swift"] == Reply("swift", "won", 690, "EUR")
    assert [replies[name].state for name in ("steady", "flaky")] == ["cancelled", "cancelled"]
    assert replies["flaky"].detail == "swift was faster"
    assert street.left == {"steady", "flaky"}
    assert sorted(street.asked) == sorted((name, {"order": "o1", "weight": 3}) for name in NAMES)
    assert nobody_is_left()


async def test_a_failure_does_not_end_the_race(street: Street) -> None:
    gate = asyncio.Event()

    async def later() -> Response:
        await gate.wait()
        return offer(540)

    async def failing() -> Response:
        asyncio.get_running_loop().call_soon(gate.set)
        return offer(1, status=500)

    street.doors = {"swift": says(FetchError("timeout", "too slow")), "steady": later, "flaky": failing}
    replies = await ask()
    assert replies["steady"].state == "won"
    assert (replies["swift"].state, replies["swift"].detail) == ("failed", "too slow")
    assert (replies["flaky"].state, replies["flaky"].detail) == ("failed", "answered 500")


async def test_of_two_answers_at_the_same_moment_the_cheaper_wins(street: Street) -> None:
    street.doors = {"swift": says(offer(690)), "steady": says(offer(540)), "flaky": never}
    replies = await ask()
    assert replies["steady"].state == "won"
    assert (replies["swift"].state, replies["swift"].price) == ("cancelled", 690)
    assert replies["swift"].detail == "steady was cheaper"


async def test_replies_are_told_in_the_carriers_order_however_they_came(street: Street) -> None:
    gate = asyncio.Event()

    async def last() -> Response:
        await gate.wait()
        return offer(1, status=500)

    async def first() -> Response:
        asyncio.get_running_loop().call_soon(gate.set)
        return offer(1, status=500)

    street.doors = {"swift": last, "steady": first, "flaky": last}
    replies = await ask_carriers(URLS, order="o1", weight=3)
    assert [reply.carrier for reply in replies] == list(NAMES)


async def test_all_may_fail(street: Street) -> None:
    street.doors = dict.fromkeys(NAMES, says(FetchError("connect", "no connection")))
    assert {reply.state for reply in (await ask()).values()} == {"failed"}


async def test_of_a_failure_it_is_told_whether_a_carrier_answered(street: Street) -> None:
    street.doors = {
        "swift": says(FetchError("timeout", "too slow")),
        "steady": says(offer(1, status=503)),
        "flaky": says(FetchError("too_large", "a novel")),
    }
    assert {name: reply.unanswered for name, reply in (await ask()).items()} == {
        "swift": True,
        "steady": False,
        "flaky": False,
    }


async def test_an_answer_that_is_not_json_is_a_failure(street: Street) -> None:
    street.doors = dict.fromkeys(NAMES, says(Response(200, {}, b"<html>", 1)))
    assert {reply.state for reply in (await ask()).values()} == {"failed"}


async def test_the_question_ends_at_its_deadline(street: Street) -> None:
    street.doors = dict.fromkeys(NAMES, never)
    replies = await ask(deadline=0.05)
    assert {reply.detail for reply in replies.values()} == {"no answer within 0.05 s"}
    assert all(reply.unanswered for reply in replies.values())
    assert street.left == set(NAMES)
    assert nobody_is_left()


async def test_an_asker_that_is_cancelled_leaves_nobody_running(street: Street) -> None:
    street.doors = dict.fromkeys(NAMES, never)
    asking = asyncio.create_task(ask())
    async with asyncio.timeout(5):
        await street.all_asked.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert street.left == set(NAMES)
    assert nobody_is_left()


async def test_an_unforeseen_error_is_one_questions_failure_and_is_logged(
    street: Street, caplog: pytest.LogCaptureFixture
) -> None:
    async def later() -> Response:
        await street.all_asked.wait()
        return offer(500)

    street.doors = {"swift": says(ZeroDivisionError("odd")), "steady": later, "flaky": never}
    replies = await ask()
    assert (replies["swift"].state, replies["steady"].state) == ("failed", "won")
    assert "ZeroDivisionError" in replies["swift"].detail
    assert "odd" in caplog.text
    assert nobody_is_left()


AWAY = {
    "a line that was cut": asyncpg.ConnectionDoesNotExistError("connection was closed"),
    "no connection": ConnectionRefusedError("connect call failed"),
    "no answer": TimeoutError(),
    "a pool in between": asyncpg.InterfaceError("pool is closing"),
}


@pytest.mark.parametrize("error", AWAY.values(), ids=AWAY)
async def test_our_database_that_is_away_is_no_carriers_failure(
    street: Street, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    street.doors = {"swift": says(error), "steady": says(FetchError("connect", "gone")), "flaky": says(error)}
    with pytest.raises(type(error)):
        await ask()
    assert "failed" not in caplog.text
    assert nobody_is_left()


async def test_one_who_answers_wins_although_our_database_was_away_for_another(street: Street) -> None:
    async def later() -> Response:
        await street.all_asked.wait()
        return offer(500)

    street.doors = {"swift": says(asyncpg.AdminShutdownError("cut")), "steady": later, "flaky": never}
    replies = await ask()
    assert replies["steady"].state == "won"
    assert (replies["swift"].state, replies["swift"].detail) == ("cancelled", "our database was away")


async def test_nobody_to_ask_is_no_reply() -> None:
    assert await ask_carriers({}, order="o1", weight=1) == []


def test_a_reply_is_told_in_words() -> None:
    assert told(Reply("swift", "won", 690, "EUR")) == "swift: 6.90 EUR"
    assert told(Reply("flaky", "failed", detail="answered 500")) == "flaky: answered 500"


def test_who_said_the_same_is_told_together() -> None:
    heavy, slow = "answered 422: too heavy", "no answer within 20 s"
    replies = [Reply("swift", "failed", detail=heavy), Reply("flaky", "failed", detail=slow)]
    replies.append(Reply("steady", "failed", detail=heavy))
    assert all_told(replies) == f"swift, steady: {heavy}; flaky: {slow}"
    assert all_told([]) == ""
