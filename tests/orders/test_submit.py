"""Taking orders in: what is kept, what is refused, and that a key makes one order."""

import asyncio
from dataclasses import replace

import pytest

from jobs import db
from jobs.changes import Change
from orders.statements import sql
from orders.submit import MAX_SUBMISSIONS, Answer, Refusal, Submission, submit
from tests.orders.desk import CLIENT, assert_books_balance, detail, kept, order_in, rows, send

pytestmark = pytest.mark.usefixtures("shop")


async def test_an_order_is_kept_with_its_lines_timeline_job_and_audit(heard: list[Change]) -> None:
    heard.clear()
    answer = await kept(order_in(("TEA-GREEN", 2), ("TEA-BLACK", 1), reference="PO-1"), "k1")
    assert (answer.state, answer.version, answer.replayed) == ("received", 1, False)
    order = await detail(answer.id)
    assert (order["number"], order["total"], order["total_text"]) == (answer.number, 1200, "12.00 EUR")
    assert (order["customer"], order["customer_name"], order["door"]) == ("C001", "Ada Lovelace", "api")
    assert order["reference"] == "PO-1"
    assert [(line["position"], line["sku"], line["quantity"], line["amount"]) for line in order["lines"]] == [
        (1, "TEA-GREEN", 2, 900),
        (2, "TEA-BLACK", 1, 300),
    ]
    assert [(event["state"], event["actor"]) for event in order["events"]] == [("received", "user:ada")]
    assert [(job["task"], job["state"]) for job in order["jobs"]] == [("orders.tasks.secure", "ready")]
    audited = await rows("SELECT action, subject FROM audit ORDER BY id DESC LIMIT 1")
    assert audited == [{"action": "order.submit", "subject": f"order:{answer.id}"}]
    assert Change("order", str(answer.id), 1) in heard
    assert Change("ready", "orders") in heard


async def test_the_same_key_and_order_get_the_same_answer() -> None:
    first = await kept(order_in(), "k1")
    await rows("UPDATE orders SET state = 'secured', version = 2")  # it has gone on meanwhile
    again = await kept(order_in(), "k1")
    assert again == replace(first, replayed=True)
    assert len(await rows("SELECT id FROM orders")) == 1


async def test_the_same_key_with_another_order_is_refused() -> None:
    await kept(order_in(), "k1")
    outcome = await send(order_in(("TEA-BLACK", 1)), "k1")
    assert isinstance(outcome, Refusal)
    assert (outcome.code, outcome.errors[0]["field"]) == ("key_reused", "key")


async def test_another_client_has_its_own_keys_and_references() -> None:
    first = await kept(order_in(reference="PO-1"), "k1", client=1)
    second = await kept(order_in(reference="PO-1"), "k1", client=2)
    assert first.id != second.id


async def test_a_key_that_is_still_running_is_told_when_to_come_back() -> None:
    async with db.transaction() as tx:
        await tx.conn.fetch(sql("lock_keys"), CLIENT, ["k1"])
        outcome = await send(order_in(), "k1")
    assert isinstance(outcome, Refusal)
    assert (outcome.code, outcome.retry_after) == ("running", 1.0)
    assert not (await kept(order_in(), "k1")).replayed


async def test_a_reference_is_used_once_for_ever() -> None:
    first = await kept(order_in(reference="PO-1"), "k1")
    outcome = await send(order_in(reference="PO-1"), "k2")
    assert isinstance(outcome, Refusal)
    assert (outcome.code, outcome.errors[0]["field"]) == ("duplicate_reference", "reference")
    assert f"#{first.number}" in outcome.errors[0]["message"]
    await assert_books_balance()


@pytest.mark.parametrize(
    ("order", "field", "words"),
    [
        pytest.param(
            order_in(("TEA-GREEN", 1), ("NO", 1)), "lines[1].sku", "no product NO", id="unknown SKU"
        ),
        pytest.param(order_in(customer="C999"), "customer", "active customer", id="unknown customer"),
        pytest.param(
            order_in(("BOWL", 1)), "lines[0].sku", "sold in JPY, the order is in EUR", id="currency"
        ),
    ],
)
async def test_an_order_that_makes_no_sense_here_is_refused_by_field(order, field, words) -> None:
    outcome = await send(order, "k1")
    assert isinstance(outcome, Refusal)
    assert (outcome.code, outcome.errors[0]["field"]) == ("invalid", field)
    assert words in outcome.errors[0]["message"]
    assert await rows("SELECT id FROM idempotency_key") == []


async def test_inactive_customers_and_products_are_unknown() -> None:
    async with db.connection() as conn:
        await conn.execute("UPDATE customer SET active = false WHERE code = 'C002'")
        await conn.execute("UPDATE product SET active = false WHERE sku = 'TEA-BLACK'")
    outcome = await send(order_in(("TEA-BLACK", 1), customer="C002"))
    assert isinstance(outcome, Refusal)
    assert [error["field"] for error in outcome.errors] == ["customer", "lines[0].sku"]


async def test_a_list_is_answered_in_its_order_and_a_refusal_hinders_nobody() -> None:
    submissions = [
        Submission(order_in(), "a"),
        Submission(order_in(("NO", 1)), "b"),
        Submission(order_in(), "a"),
        Submission(order_in(("TEA-BLACK", 2)), "a"),
        Submission(order_in(reference="PO-1"), "c"),
        Submission(order_in(reference="PO-1"), "d"),
        Submission(order_in()),
        Submission(order_in()),
    ]
    outcomes = await submit(submissions, client=CLIENT, actor="user:ada", door="file")
    said = [outcome.code if isinstance(outcome, Refusal) else outcome.replayed for outcome in outcomes]
    assert said == [False, "invalid", True, "key_reused", False, "duplicate_reference", False, False]
    numbers = [outcome.number for outcome in outcomes if isinstance(outcome, Answer) and not outcome.replayed]
    assert len(set(numbers)) == 4
    assert len(await rows("SELECT id FROM audit WHERE action = 'order.submit'")) == 1
    await assert_books_balance()


async def test_too_long_a_list_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="300 at most"):
        await submit(
            [Submission(order_in())] * (MAX_SUBMISSIONS + 1), client=CLIENT, actor="user:ada", door="api"
        )


async def test_an_empty_list_has_no_answers_and_no_audit() -> None:
    assert await submit([], client=CLIENT, actor="user:ada", door="api") == []
    assert await rows("SELECT id FROM audit WHERE action = 'order.submit'") == []


async def test_one_key_sent_by_many_at_once_makes_one_order() -> None:
    outcomes = await asyncio.gather(*(send(order_in(), "k1") for _ in range(50)))
    answers = [outcome for outcome in outcomes if isinstance(outcome, Answer)]
    refusals = {outcome.code for outcome in outcomes if isinstance(outcome, Refusal)}
    assert len({answer.id for answer in answers}) == 1
    assert sum(not answer.replayed for answer in answers) == 1
    assert refusals <= {"running"}
    assert len(await rows("SELECT id FROM orders")) == 1


async def test_one_reference_sent_by_many_at_once_makes_one_order() -> None:
    outcomes = await asyncio.gather(*(send(order_in(reference="PO-1"), f"k{n}") for n in range(50)))
    assert sum(isinstance(outcome, Answer) for outcome in outcomes) == 1
    assert len(await rows("SELECT id FROM orders")) == 1
