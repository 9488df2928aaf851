"""A round of quotes: written down before the call, and again after it."""

from uuid import UUID

import pytest

from jobs import db
from jobs.changes import Change
from jobs.enqueue import new_job
from orders import tasks
from orders.carriers import Reply
from orders.quote import Round, close_round, open_round
from tests.orders.desk import assert_books_balance, detail, fulfil, kept, order_in, rows, secure

pytestmark = pytest.mark.usefixtures("shop")

NAMES = ["swift", "steady"]
WON = [Reply("swift", "won", 690, "EUR"), Reply("steady", "cancelled", detail="swift was faster")]
LOST = [Reply("swift", "failed", detail="answered 500"), Reply("steady", "failed", detail="too slow")]


async def secured() -> UUID:
    answer = await kept(order_in(("TEA-GREEN", 2), ("TEA-BLACK", 1)))
    await secure(answer.id)
    return answer.id


async def begin(order: UUID, number: int = 1) -> Round | None:
    async with db.transaction() as tx:
        return await open_round(tx, order, NAMES, number=number, actor="task:quote")


async def end(asked: Round, replies: list[Reply], *, last: bool = False) -> bool:
    """Was a job enqueued that goes on with the order?"""
    following = new_job(tasks.fulfil, str(asked.order))
    async with db.transaction() as tx:
        await close_round(tx, asked, replies, following=following, actor="task:quote", last=last)
    return bool(await rows("SELECT id FROM job WHERE id = $1", following.id))


async def opened(order: UUID, number: int = 1) -> Round:
    asked = await begin(order, number)
    assert asked is not None
    return asked


def told(order: dict) -> list[tuple[int, str, str]]:
    return [(quote["round"], quote["carrier"], quote["state"]) for quote in order["quotes"]]


async def test_the_intent_is_written_before_anybody_is_asked(heard: list[Change]) -> None:
    order = await secured()
    heard.clear()
    asked = await opened(order)
    assert (asked.weight, list(asked.questions)) == (3, NAMES)
    found = await detail(order)
    assert (found["state"], found["version"]) == ("fulfilling", 3)
    assert told(found) == [(1, "steady", "asked"), (1, "swift", "asked")]
    assert Change("order", str(order), 3) in heard


async def test_a_winner_sends_the_order_on() -> None:
    order = await secured()
    assert await end(await opened(order), WON)
    found = await detail(order)
    assert told(found) == [(1, "steady", "cancelled"), (1, "swift", "won")]
    assert found["quotes"][1]["price"] == 690
    assert found["events"][-1]["reason"] == "swift: 6.90 EUR"
    assert (found["state"], found["version"]) == ("fulfilling", 4)
    await assert_books_balance()


async def test_without_a_winner_the_order_waits_for_the_next_round() -> None:
    order = await secured()
    assert not await end(await opened(order), LOST)
    found = await detail(order)
    assert (found["state"], found["attention"]) == ("fulfilling", "")
    assert found["events"][-1]["reason"] == "no quote: swift: answered 500; steady: too slow"
    assert await end(await opened(order, 2), WON)
    assert len((await detail(order))["quotes"]) == 4


async def test_after_the_last_round_the_order_says_that_it_needs_a_person() -> None:
    order = await secured()
    await end(await opened(order, 5), LOST, last=True)
    found = await detail(order)
    said = "no carrier gave a quote in 5 rounds; the last time swift: answered 500; steady: too slow"
    assert (found["state"], found["attention"]) == ("fulfilling", said)
    await fulfil(order)
    assert (await detail(order))["attention"] == ""
    await assert_books_balance()


async def test_a_round_that_died_is_closed_by_the_next() -> None:
    order = await secured()
    await opened(order)
    await opened(order, 2)
    found = await detail(order)
    assert told(found) == [
        (2, "steady", "asked"),
        (2, "swift", "asked"),
        (1, "steady", "cancelled"),
        (1, "swift", "cancelled"),
    ]
    assert found["quotes"][-1]["detail"] == "the asking was broken off"


async def test_an_order_that_no_longer_waits_is_not_asked_about() -> None:
    order = await secured()
    await fulfil(order)
    assert await begin(order) is None
    assert await begin(UUID(int=1)) is None


async def test_with_nobody_to_ask_the_order_goes_on() -> None:
    order = await secured()
    async with db.transaction() as tx:
        asked = await open_round(tx, order, [], number=1, actor="task:quote")
    assert asked is not None
    assert await end(asked, [])
    await assert_books_balance()


async def test_an_answer_that_comes_after_the_end_is_kept_and_changes_nothing_else() -> None:
    order = await secured()
    asked = await opened(order)
    await fulfil(order)
    before = await detail(order)
    assert not await end(asked, WON)
    after = await detail(order)
    assert told(after) == [(1, "steady", "cancelled"), (1, "swift", "won")]
    assert (after["version"], after["events"]) == (before["version"], before["events"])


async def test_an_answer_given_again_later_in_the_same_words_is_told_as_repeated() -> None:
    order = await secured()
    for number in (1, 2):
        await end(await opened(order, number), LOST)
    other = [Reply("swift", "failed", detail="answered 429"), Reply("steady", "failed", detail="too slow")]
    await end(await opened(order, 3), other)
    found = {
        (quote["round"], quote["carrier"]): quote["repeated"] for quote in (await detail(order))["quotes"]
    }
    assert found == {
        (3, "steady"): False,
        (3, "swift"): False,
        (2, "steady"): True,
        (2, "swift"): False,
        (1, "steady"): True,
        (1, "swift"): True,
    }
