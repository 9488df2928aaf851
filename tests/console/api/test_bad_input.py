"""Bad input at the HTTP API: named, refused, and nothing written."""

from typing import Any

import orjson
import pytest
from asgiref.sync import sync_to_async
from django.test import RequestFactory

from console.api.idempotency import wrong_key
from console.size import MAX_BODY
from jobs import db
from orders.schema import MAX_FIELDS
from orders.wrong import MAX_NAME, MAX_PROBLEMS
from tests.console.api.caller import Answer, Caller
from tests.console.api.test_orders import order
from tests.console.api.test_transfers import wish

TABLES = ("orders", "order_line", "order_event", "idempotency_key", "job", "job_history", "transfer", "audit")
JSON = "application/json"
#: A value of every kind JSON has; which of them are right stands with each field.
VALUES: dict[str, Any] = {
    "text": "x",
    "nothing": "",
    "number": 7,
    "fraction": 2.5,
    "whole fraction": 2.0,
    "number as text": "2",
    "beyond 2^63": 2**63,
    "below zero": -1,
    "true": True,
    "null": None,
    "list": [1],
    "object": {"a": 1},
    "NUL": "a\0b",
    "long": "x" * 101,
}
NAMES = {"text", "number as text"}


async def rows() -> dict[str, int]:
    return {table: await db.pool().fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}


def fields(problem: dict[str, Any]) -> set[str]:
    return {error["field"] for error in problem["errors"]}


def of_each_kind(place: str, right: set[str]) -> list[Any]:
    return [
        pytest.param(place, value, id=f"{place}: {label}")
        for label, value in VALUES.items()
        if label not in right
    ]


def placed(place: str, value: Any) -> dict[str, Any]:
    if place.startswith("lines[0]."):
        return order(lines=[{"sku": "TEA", "quantity": 1, place.removeprefix("lines[0]."): value}])
    if place == "lines[0]":
        return order(lines=[value])
    return order(**{place: value})


ORDER_FIELDS = [
    *of_each_kind("customer", NAMES),
    *of_each_kind("currency", set()),
    *of_each_kind("reference", NAMES | {"null"}),
    *of_each_kind("lines", {"list"}),
    *of_each_kind("lines[0]", {"object"}),
    *of_each_kind("lines[0].sku", NAMES),
    *of_each_kind("lines[0].quantity", {"number"}),
    *of_each_kind("colour", set()),
]
TRANSFER_FIELDS = [
    *of_each_kind("debit", NAMES),
    *of_each_kind("credit", NAMES),
    *of_each_kind("currency", set()),
    *of_each_kind("reason", NAMES | {"null"}),
    *of_each_kind("amount", {"number"}),
    *of_each_kind("colour", set()),
]


async def test_a_value_of_the_wrong_kind_is_refused_at_its_field_of_an_order(
    ada: Caller, subtests: pytest.Subtests
) -> None:
    before = await rows()
    for place, value in (case.values for case in ORDER_FIELDS):
        with subtests.test(f"{place}={value!r}"[:60]):
            problem = (await ada.post("/orders", placed(place, value))).problem(422, "invalid")
            assert fields(problem) == {place}
    assert await rows() == before


async def test_a_value_of_the_wrong_kind_is_refused_at_its_field_of_a_transfer(
    ada: Caller, subtests: pytest.Subtests
) -> None:
    before = await rows()
    for place, value in (case.values for case in TRANSFER_FIELDS):
        with subtests.test(f"{place}={value!r}"[:60]):
            answer = await ada.post("/transfers", wish(**{place: value}))
            assert fields(answer.problem(422, answer.json()["code"])) == {place}
    assert await rows() == before


BODY = b'{"customer": "C001", "currency": "EUR", "lines": [{"sku": "TEA", "quantity": %b}]}'
#: What orjson and we read no value out of.
MALFORMED = [
    pytest.param(BODY % b"1e400", id="a number past a double"),
    pytest.param(BODY % b"NaN", id="NaN"),
    pytest.param(BODY % b"-Infinity", id="minus infinity"),
    pytest.param(BODY % b"01", id="a leading zero"),
    pytest.param(BODY % b"1" + b"{}", id="something after the end"),
    pytest.param(b"\xef\xbb\xbf" + BODY % b"1", id="a byte order mark"),
    pytest.param(BODY.replace(b"C001", b"\xed\xa0\x80") % b"1", id="half a character, raw"),
    pytest.param(BODY.replace(b"C001", b"\\ud800") % b"1", id="half a character, escaped"),
    pytest.param(BODY.replace(b"C001", b"\0") % b"1", id="a raw NUL in a text"),
    pytest.param((BODY % b"1").decode().encode("utf-16"), id="UTF-16"),
    pytest.param(b"[" * 10_000 + b"]" * 10_000, id="10,000 lists deep"),
    pytest.param(b'{"lines":' * 10_000 + b"1" + b"}" * 10_000, id="10,000 objects deep"),
    pytest.param(b"[" * MAX_BODY, id="a mebibyte of brackets"),
    pytest.param(b"\0" * 100, id="NULs"),
]


async def test_what_is_no_json_is_malformed_at_both_doors(ada: Caller, subtests: pytest.Subtests) -> None:
    before = await rows()
    for case in MALFORMED:
        for door in ("/orders", "/transfers"):
            with subtests.test(f"{door}: {case.id}"):
                (await ada.post(door, case.values[0], content_type=JSON)).problem(400, "malformed")
    assert await rows() == before


TWICE = [
    pytest.param("/orders", BODY % b'1, "quantity": 1000', "quantity", id="two quantities"),
    pytest.param("/orders", BODY % b'1, "quantit\\u0079": 1', "quantity", id="the second in disguise"),
    pytest.param("/orders", b'{"customer" : "A",' + (BODY % b"1")[1:], "customer", id="two customers"),
    pytest.param("/transfers", orjson.dumps(wish())[:-1] + b',"amount":1}', "amount", id="two amounts"),
]


async def test_a_field_that_is_there_twice_is_refused_by_its_name(
    ada: Caller, subtests: pytest.Subtests
) -> None:
    before = await rows()
    for case in TWICE:
        door, body, field = case.values
        with subtests.test(case.id):
            problem = (await ada.post(door, body, content_type=JSON)).problem(400, "malformed")
            assert fields(problem) == {field}
    assert await rows() == before


async def test_what_looks_like_a_field_inside_a_text_is_none(ada: Caller) -> None:
    assert (await ada.post("/orders", order(reference='the "sku": 1, "sku": 2'))).status == 202


async def test_a_mebibyte_of_mistakes_is_told_in_a_few_words(ada: Caller, subtests: pytest.Subtests) -> None:
    many = {f"{number:x}": 1 for number in range(90_000)}
    wide = [{"sku": "TEA", "quantity": 1, **{f"f{n}": 1 for n in range(MAX_FIELDS - 2)}}] * 1_000
    bodies = {
        "fields": order(**many),
        "a field with a long name": order(**{"x" * 1_000_000: 1}),
        "lines": order(lines=[0] * 500_000),
        "lines of mistakes": order(lines=wide),
        "lines of fields": order(lines=[many]),
    }
    for label, body in bodies.items():
        with subtests.test(label):
            answer = await ada.post("/orders", body)
            errors = answer.problem(422, "invalid")["errors"]
            assert 1 <= len(errors) <= MAX_PROBLEMS
            assert len(errors) == 1 or label == "lines of mistakes" or "name" in label
            assert len(answer.body) < MAX_PROBLEMS * (2 * MAX_NAME + 100)


async def test_a_body_up_to_the_limit_is_read_and_no_byte_more(ada: Caller) -> None:
    body = orjson.dumps(order())
    fits = b" " * (MAX_BODY - len(body)) + body
    assert (await ada.post("/orders", fits, content_type=JSON)).status == 202
    (await ada.post("/orders", b" " + fits, key="k2", content_type=JSON)).problem(413, "too_large")


async def test_a_length_beyond_all_is_too_large(nobody: Caller, subtests: pytest.Subtests) -> None:
    for length in (str(MAX_BODY + 1), "9" * 15, "9" * 5_000):
        with subtests.test(length[:20]):
            answer = await nobody.call("POST", "/orders", headers={"content-length": length})
            answer.problem(413, "too_large")


KEYS = [
    pytest.param(None, "key_missing", id="none"),
    pytest.param("", "key_missing", id="empty"),
    pytest.param("  \t ", "key_missing", id="spaces alone"),
    pytest.param("x" * 256, "key_invalid", id="256 characters"),
    pytest.param("two words", "key_invalid", id="a space in it"),
    pytest.param("ключ", "key_invalid", id="not ASCII"),
    pytest.param("a\x7f", "key_invalid", id="DEL"),
]


async def test_a_key_that_is_none_is_refused_by_its_header(ada: Caller, subtests: pytest.Subtests) -> None:
    before = await rows()
    for case in KEYS:
        key, code = case.values
        for door, body in (("/orders", order()), ("/transfers", wish())):
            with subtests.test(f"{door}: {case.id}"):
                problem = (await ada.post(door, body, key=key)).problem(400, code)
                assert fields(problem) == {"Idempotency-Key"}
    assert await rows() == before


@pytest.mark.parametrize("key", ["\xa0k", "k\x85", "\x1fk"])
def test_a_space_http_does_not_know_is_part_of_a_key(key: str) -> None:
    [error] = wrong_key(RequestFactory().post("/", headers={"Idempotency-Key": key}))
    assert error["field"] == "Idempotency-Key"


QUESTIONS = [
    pytest.param("before=nonsense", 422, {"before"}, id="no UUID"),
    pytest.param("before=", 422, {"before"}, id="nothing for a UUID"),
    pytest.param("before=%00", 422, {"before"}, id="NUL for a UUID"),
    pytest.param("before=" + "0" * 10_000, 422, {"before"}, id="a long UUID"),
    pytest.param("limit=0", 422, {"limit"}, id="a page of none"),
    pytest.param("limit=-1", 422, {"limit"}, id="a page of fewer"),
    pytest.param("limit=2.5", 422, {"limit"}, id="half a row"),
    pytest.param("limit=1e400", 422, {"limit"}, id="past a double"),
    pytest.param("limit=" + "9" * 5_000, 422, {"limit"}, id="5,000 digits"),
    pytest.param("state=%ff%fe", 422, {"state"}, id="no UTF-8"),
    pytest.param("state=ready&state=running", 422, {"state"}, id="twice"),
    pytest.param("&".join(f"p{n}=1" for n in range(3_000)), 400, None, id="3,000 parameters"),
]


async def test_a_question_that_is_none_is_refused_by_its_parameter(
    ada: Caller, subtests: pytest.Subtests
) -> None:
    for case in QUESTIONS:
        query, status, named = case.values
        for door in ("/orders", "/jobs"):
            with subtests.test(f"{door}: {case.id}"):
                problem = (await ada.get(f"{door}?{query}")).problem(
                    status, "invalid" if named else "bad_request"
                )
                assert named is None or fields(problem) == named


ADDRESSES = ("x", "%00", "%ff", "0" * 3_000, "00000000-0000-0000-0000-00000000000G", "..")


async def test_an_id_that_is_none_is_at_no_address(ada: Caller, subtests: pytest.Subtests) -> None:
    for id in ADDRESSES:
        for door in ("/orders", "/jobs"):
            with subtests.test(f"{door}/{id[:20]!r}"):
                (await ada.get(f"{door}/{id}")).problem(404, "not_found")


METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "FOO", "post")


async def test_a_method_nobody_serves_is_a_problem(ada: Caller, subtests: pytest.Subtests) -> None:
    before = await rows()
    for method in METHODS:
        for door in ("/transfers", "/health", "/orders/00000000-0000-0000-0000-000000000001"):
            if (method, door) == ("post", "/transfers"):
                continue  # methods are read as Django reads them: in capitals
            with subtests.test(f"{method} {door}"):
                answer = await ada.call(method, door)
                answer.problem(405, "method_not_allowed")
                assert answer.headers["allow"]
    assert await rows() == before


async def revoked(ada: Caller, people: dict[str, Any]) -> Caller:
    await db.pool().execute("UPDATE token SET revoked_at = clock()")
    return ada


async def inactive(ada: Caller, people: dict[str, Any]) -> Caller:
    people["ada"].is_active = False
    await sync_to_async(people["ada"].save)()
    return ada


async def unknown(ada: Caller, people: dict[str, Any]) -> Caller:
    return Caller(ada.application, "hr_" + "x" * 10_000)


async def absent(ada: Caller, people: dict[str, Any]) -> Caller:
    return Caller(ada.application)


@pytest.mark.parametrize("who", [revoked, inactive, unknown, absent])
async def test_nobody_without_a_living_token_leaves_a_trace(
    ada: Caller, people: dict[str, Any], who: Any
) -> None:
    caller = await who(ada, people)
    before = await rows()
    answers: list[Answer] = [
        await caller.post("/orders", order()),
        await caller.post("/transfers", wish()),
        await caller.post("/orders", b"\xff", content_type="text/plain"),
        await caller.get("/orders?limit=0"),
    ]
    for answer in answers:
        answer.problem(401, "unauthenticated")
    assert await rows() == before
