import asyncio
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async

from jobs import db
from orders.statements import sql
from tests.console.api.caller import Caller
from tests.console.api.conftest import make_user, with_token
from tests.orders import desk


def order(*lines: tuple[str, Any], **fields: Any) -> dict[str, Any]:
    wanted = [{"sku": sku, "quantity": quantity} for sku, quantity in lines or [("TEA", 2)]]
    return {"customer": "C001", "currency": "EUR", "lines": wanted, **fields}


async def test_an_order_is_accepted_with_the_place_it_can_be_watched_at(ada: Caller) -> None:
    answer = await ada.post("/orders", order(reference="PO-7"))
    kept = answer.json()
    assert (answer.status, set(kept)) == (202, {"id", "number", "state", "version"})
    assert (kept["state"], kept["version"]) == ("received", 1)
    assert answer.headers["location"] == f"/api/v1/orders/{kept['id']}"
    assert "idempotent-replayed" not in answer.headers
    detail = (await ada.get(f"/orders/{kept['id']}")).json()
    assert (detail["door"], detail["reference"], detail["total"]) == ("api", "PO-7", 900)
    assert [event["actor"] for event in detail["events"]] == ["user:ada"]


async def test_the_same_key_and_order_are_answered_again_and_marked(ada: Caller) -> None:
    first = await ada.post("/orders", order(), key="k")
    again = await ada.post("/orders", order(), key="k")
    assert (again.status, again.json()["id"]) == (202, first.json()["id"])
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotent-replayed"] == "true"
    assert await db.pool().fetchval("SELECT count(*) FROM orders") == 1


async def test_the_same_order_written_differently_is_the_same_order(ada: Caller) -> None:
    first = await ada.post("/orders", order(), key="k")
    spelled = b' {"lines":[{"quantity":2,"sku":"TEA"}],\n "currency":"EUR", "customer":"C\\u0030\\u00301"}'
    again = await ada.post("/orders", spelled, key="k", content_type="application/json; charset=UTF-8")
    assert again.json()["id"] == first.json()["id"]


async def test_an_order_too_many_is_sent_away_for_a_while(
    ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orders.admission.MOST_WAITING", 0)
    answer = await ada.post("/orders", order())
    answer.problem(503, "busy")
    assert answer.headers["retry-after"] == "5"
    assert await db.pool().fetchval("SELECT count(*) FROM orders") == 0


async def test_the_same_key_with_another_order_is_refused(ada: Caller) -> None:
    await ada.post("/orders", order(), key="k")
    problem = (await ada.post("/orders", order(("TEA", 3)), key="k")).problem(422, "key_reused")
    assert problem["errors"][0]["field"] == "Idempotency-Key"


async def test_keys_of_different_clients_do_not_meet(ada: Caller, bob: Caller) -> None:
    first = await ada.post("/orders", order(), key="k")
    second = await bob.post("/orders", order(("TEA", 3)), key="k")
    assert second.status == 202
    assert second.json()["id"] != first.json()["id"]


async def test_a_key_in_the_middle_of_its_first_request_is_asked_to_wait(
    ada: Caller, people: dict[str, Any]
) -> None:
    async with db.transaction() as tx:
        await tx.conn.fetch(sql("lock_keys"), people["ada"].pk, ["k"])
        answer = await ada.post("/orders", order(), key="k")
        answer.problem(409, "running")
        assert answer.headers["retry-after"] == "1"
    assert (await ada.post("/orders", order(), key="k")).status == 202


async def test_many_at_once_with_one_key_make_one_order(ada: Caller) -> None:
    answers = await asyncio.gather(*(ada.post("/orders", order(), key="k") for _ in range(12)))
    assert {answer.status for answer in answers} <= {202, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status == 202}) == 1
    assert await db.pool().fetchval("SELECT count(*) FROM orders") == 1


async def test_a_reference_is_used_once(ada: Caller) -> None:
    await ada.post("/orders", order(reference="PO-1"), key="a")
    answer = await ada.post("/orders", order(reference="PO-1"), key="b")
    assert answer.problem(409, "duplicate_reference")["errors"][0]["field"] == "reference"
    assert "retry-after" not in answer.headers


HUGE = b'{"customer": "C001", "currency": "EUR", "lines": [{"sku": "TEA", "quantity": 1%s}]}' % (b"0" * 30)

UNUSABLE: dict[str, tuple[Any, str]] = {
    "unknown SKU": (order(("NOPE", 1)), "lines[0].sku"),
    "another currency": (order(("TEA", 1), ("BOWL", 1)), "lines[1].sku"),
    "unknown customer": (order(customer="C999"), "customer"),
    "nothing of it": (order(("TEA", 0)), "lines[0].quantity"),
    "a number as text": (order(("TEA", "2")), "lines[0].quantity"),
    "true is no number": (order(("TEA", True)), "lines[0].quantity"),
    "half of it": (order(("TEA", 1.5)), "lines[0].quantity"),
    "a very large number": (HUGE, "lines[0].quantity"),
    "NUL": (order(("TE\0A", 1)), "lines[0].sku"),
    "no lines": (order(lines=[]), "lines"),
    "no such currency": (order(currency="XXX"), "currency"),
    "an unknown field": (order(colour="red"), "colour"),
    "a field too few": ({"customer": "C001", "currency": "EUR"}, "lines"),
    "a list": ([], ""),
    "null": (None, ""),
}


async def test_an_order_that_cannot_be_taken_in_is_refused_field_by_field(
    ada: Caller, subtests: pytest.Subtests
) -> None:
    for label, (body, field) in UNUSABLE.items():
        with subtests.test(label):
            answer = await ada.post("/orders", body, content_type="application/json")
            errors = answer.problem(422, "invalid")["errors"]
            assert [error["field"] for error in errors] == [field]
            assert all(error["message"] for error in errors)
    assert await db.pool().fetchval("SELECT count(*) FROM orders") == 0


async def test_a_refused_order_does_not_use_up_its_key(ada: Caller) -> None:
    (await ada.post("/orders", order(("NOPE", 1)), key="k")).problem(422, "invalid")
    assert (await ada.post("/orders", order(), key="k")).status == 202


async def test_a_key_is_needed(ada: Caller) -> None:
    (await ada.post("/orders", order(), key=None)).problem(400, "key_missing")


async def test_a_key_must_be_plain(ada: Caller, subtests: pytest.Subtests) -> None:
    for key in ("two words", "ключ", "x" * 256, "tab\tin it"):
        with subtests.test(key):
            (await ada.post("/orders", order(), key=key)).problem(400, "key_invalid")


MALFORMED = {
    "empty": b"",
    "half an object": b"{",
    "words": b"nonsense",
    "NaN": b'{"customer": NaN}',
    "no UTF-8": b'\xff\xfe{"a"}',
    "half a surrogate pair": b'{"customer": "\\ud800"}',
    "too deep": b"[" * 5000 + b"]" * 5000,
    "a level too deep": b"[" * 201 + b"]" * 201,
}


async def test_a_body_that_is_no_json_is_malformed(ada: Caller, subtests: pytest.Subtests) -> None:
    for label, body in MALFORMED.items():
        with subtests.test(label):
            answer = await ada.post("/orders", body, content_type="application/json")
            answer.problem(400, "malformed")


async def test_another_kind_of_body_is_refused(ada: Caller, subtests: pytest.Subtests) -> None:
    form = "application/x-www-form-urlencoded"
    for kind in ("text/plain", form, "multipart/form-data", "", "application/json; charset=latin-1"):
        with subtests.test(kind):
            answer = await ada.post("/orders", b"customer=C001", content_type=kind)
            answer.problem(415, "unsupported_media_type")


async def test_orders_come_in_pages_newest_first(ada: Caller) -> None:
    ids = [(await ada.post("/orders", order(), key=f"k{n}")).json()["id"] for n in range(5)]
    first = (await ada.get("/orders?limit=2")).json()
    assert [row["id"] for row in first["orders"]] == [ids[4], ids[3]]
    second = (await ada.get(f"/orders?limit=2&before={first['next']}")).json()
    assert [row["id"] for row in second["orders"]] == [ids[2], ids[1]]
    last = (await ada.get(f"/orders?limit=2&before={second['next']}")).json()
    assert ([row["id"] for row in last["orders"]], last["next"]) == ([ids[0]], None)


async def test_orders_are_filtered_by_state(ada: Caller) -> None:
    await ada.post("/orders", order())
    assert len((await ada.get("/orders?state=received")).json()["orders"]) == 1
    assert (await ada.get("/orders?state=fulfilled")).json() == {"orders": [], "next": None}


async def test_a_question_that_cannot_be_asked_is_refused(ada: Caller, subtests: pytest.Subtests) -> None:
    for query in ("state=lost", "limit=0", "limit=201", "limit=x", "before=1"):
        with subtests.test(query):
            errors = (await ada.get(f"/orders?{query}")).problem(422, "invalid")["errors"]
            assert [error["field"] for error in errors] == [query.partition("=")[0]]


async def test_an_order_nobody_knows_is_not_found(ada: Caller, subtests: pytest.Subtests) -> None:
    for id in (UUID(int=7), "7", "x", "%00"):
        with subtests.test(str(id)):
            (await ada.get(f"/orders/{id}")).problem(404, "not_found")


async def test_a_fulfilled_order_tells_its_whole_story(ada: Caller) -> None:
    kept = (await ada.post("/orders", order())).json()
    await desk.secure(UUID(kept["id"]))
    await desk.fulfil(UUID(kept["id"]))
    detail = (await ada.get(f"/orders/{kept['id']}")).json()
    assert [event["state"] for event in detail["events"]] == ["received", "secured", "fulfilled"]
    assert [(line["sku"], line["name"], line["amount"]) for line in detail["lines"]] == [
        ("TEA", "Green tea", 900)
    ]
    [paid] = detail["transfers"]
    assert (paid["state"], paid["debit"], paid["amount"]) == ("posted", "wallet:C001:EUR", 900)
    assert {job["subject"] for job in detail["jobs"]} == {f"order:{kept['id']}"}
    assert (detail["state"], detail["quotes"]) == ("fulfilled", [])


async def test_an_order_has_no_jobs_for_who_may_not_see_jobs(ada: Caller) -> None:
    kept = (await ada.post("/orders", order())).json()
    clerk = await with_token(ada.application, await sync_to_async(make_user)("clerk", "orders.view_order"))
    detail = (await clerk.get(f"/orders/{kept['id']}")).json()
    assert (detail["number"], detail["jobs"]) == (kept["number"], None)
    assert (await ada.get(f"/orders/{kept['id']}")).json()["jobs"]
