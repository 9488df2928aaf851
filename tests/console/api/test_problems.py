"""Problems are told in words of ours alone, and all at once."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic_core._pydantic_core import list_all_errors

from jobs import db
from orders.schema import OrderIn
from orders.wrong import SENTENCES
from tests.console.api.caller import Caller
from tests.console.api.test_access import operations
from tests.console.api.test_orders import order
from tests.console.api.test_transfers import wish

#: What pydantic can find wrong with a value, by the type of its schema, and with the options that add to it.
FINDS = {
    "model": {"": ["model_type"]},
    "model-fields": {"": ["missing"]},
    "list": {"": ["list_type"], "min_length": ["too_short"], "max_length": ["too_long"]},
    "str": {
        "": ["string_type", "string_unicode"],
        "min_length": ["string_too_short"],
        "max_length": ["string_too_long"],
    },
    "literal": {"": ["literal_error"]},
    "enum": {"": ["enum"]},
    "uuid": {"": ["uuid_type", "uuid_parsing"]},
    "nullable": {},
    "default": {},
    "function-before": {},
    "function-after": {},
    "function-wrap": {},
    "definitions": {},
    "definition-ref": {},
    "model-field": {},
}


def found_by(schema: Any) -> Iterator[str]:
    """The types of errors this core schema can tell of what comes in."""
    if isinstance(schema, list | tuple):
        for part in schema:
            yield from found_by(part)
    if not isinstance(schema, dict):
        return
    kind = schema.get("type")
    if kind == "custom-error":  # in place of whatever is found inside
        yield schema["custom_error_type"]
        return
    if isinstance(kind, str):
        for option, types in FINDS[kind].items():
            yield from types if not option or option in schema else ()
        if schema.get("config", {}).get("extra_fields_behavior") == "forbid":
            yield "extra_forbidden"
        parts = [schema.get(name) for name in ("schema", "items_schema", "definitions")]
        yield from found_by([*parts, *schema.get("fields", {}).values()])


def test_every_error_a_schema_of_ours_can_tell_has_a_sentence() -> None:
    models = [OrderIn, *(model for operation in operations() for model in operation.models)]
    sources = {getattr(model, "__ninja_param_source__", "body") for model in models}
    assert sources == {"body", "query", "path"}
    found = {kind for model in models for kind in found_by(model.__pydantic_core_schema__)}
    assert found <= SENTENCES.keys()
    assert {"whole_number", "literal_error", "enum", "uuid_parsing", "extra_forbidden", "too_long"} <= found


#: The beginnings of pydantic's sentences and of Django's and orjson's.
LIBRARY = (
    "Input should",
    "Field required",
    "Extra inputs",
    "Value error",
    "unexpected",
    "Method Not",
    "Bad Request",
)


def test_the_libraries_words_are_none_of_ours() -> None:
    theirs = {error["message_template_python"] for error in list_all_errors()}
    assert not theirs & {str(sentence) for sentence in SENTENCES.values()}


MISTAKES: dict[str, Any] = {
    "a list for an order": [],
    "null for an order": None,
    "nothing of it": {},
    "fields too many": order(colour="red", size=1),
    "kinds": order(customer=7, currency=None, reference=1.5, lines={}),
    "kinds in a line": order(lines=[{"sku": 7, "quantity": "2"}, 3, {}]),
    "a huge number": order(lines=[{"sku": "TEA", "quantity": 10**18}]),
    "lengths": order(customer="", reference="x" * 101, lines=[]),
}


async def test_no_library_speaks_in_a_problem(ada: Caller, subtests: pytest.Subtests) -> None:
    answers = {label: await ada.post("/orders", body) for label, body in MISTAKES.items()}
    answers |= {
        f"a transfer: {label}": await ada.post("/transfers", body) for label, body in MISTAKES.items()
    }
    for query in ("limit=x", "state=lost", "before=7", "limit=0", "stat=x"):
        answers[query] = await ada.get(f"/orders?{query}")
    answers["method"] = await ada.call("DELETE", "/orders")
    answers["no UTF-8"] = await ada.post("/orders", b"\xff", content_type="application/json")
    for label, answer in answers.items():
        with subtests.test(label):
            document = answer.json()
            said = [document["detail"], *(error["message"] for error in document.get("errors", ()))]
            assert said
            assert not [words for words in said for theirs in LIBRARY if theirs in words]
            assert "cannot be used" not in said


HUGE = b'{"customer": "C001", "currency": "EUR", "lines": [{"sku": "TEA", "quantity": %b}]}'


async def test_a_number_too_large_is_told_its_limits(ada: Caller) -> None:
    for number in (b"1" + b"0" * 21, b"1" + b"0" * 30, b"9" * 19, b"1e300"):
        answer = await ada.post("/orders", HUGE % number, content_type="application/json")
        [error] = answer.problem(422, "invalid")["errors"]
        assert error["message"] == "must be a whole number from 1 to 1000000", number
    answer = await ada.post("/orders", HUGE % b"1e400", content_type="application/json")
    detail = answer.problem(400, "malformed")["detail"]
    assert detail == ("the body cannot be read: the number at character 78 is too large")


async def test_a_method_that_is_not_there_is_told_which_ones_are(ada: Caller) -> None:
    problem = (await ada.call("DELETE", "/orders")).problem(405, "method_not_allowed")
    assert problem["detail"] == "this address answers to GET, POST alone"


def said(problem: dict[str, Any]) -> dict[str, str]:
    return {error["field"]: error["message"] for error in problem["errors"]}


NOBODY = order(("NOPE", 0), ("BOWL", 1), ("TEA", 1), customer="C999")


async def test_all_that_is_wrong_with_an_order_is_told_at_once(ada: Caller) -> None:
    problem = (await ada.post("/orders", NOBODY | {"colour": "red"}, key=None)).problem(422, "invalid")
    assert list(said(problem)) == [
        "Idempotency-Key",
        "lines[0].quantity",
        "colour",
        "customer",
        "lines[0].sku",
        "lines[1].sku",
    ]
    assert said(problem)["lines[1].sku"] == "the product BOWL is sold in JPY, the order is in EUR"
    assert await db.pool().fetchval("SELECT count(*) FROM orders") == 0


async def test_a_key_that_is_missing_is_told_with_what_the_shop_does_not_know(ada: Caller) -> None:
    problem = (await ada.post("/orders", order(("NOPE", 1)), key=None)).problem(422, "invalid")
    assert list(said(problem)) == ["Idempotency-Key", "lines[0].sku"]


async def test_a_key_is_told_of_with_a_body_that_cannot_be_read(ada: Caller) -> None:
    for body, field in ((b"{", []), (b"", []), (b'{"a": 1, "a": 2}', ["a"])):
        for door in ("/orders", "/transfers"):
            answer = await ada.post(door, body, key="two words", content_type="application/json")
            assert sorted(said(answer.problem(400, "malformed"))) == ["Idempotency-Key", *field]


async def test_header_and_body_of_a_transfer_are_told_at_once(ada: Caller) -> None:
    problem = (await ada.post("/transfers", wish(amount="1", note=2), key=None)).problem(422, "invalid")
    assert sorted(said(problem)) == ["Idempotency-Key", "amount", "note"]
    assert said(problem)["amount"] == "must be a whole number from 1 to 1000000000000000"


async def test_a_parameter_nobody_knows_is_refused_by_its_name(ada: Caller) -> None:
    for door in ("/orders", "/jobs"):
        problem = (await ada.get(f"{door}?stat=failed&limit=1&limit=2&utm_source=x")).problem(422, "invalid")
        assert sorted(said(problem)) == ["limit", "stat", "utm_source"]
        assert "state, " in said(problem)["stat"]


async def test_every_parameter_of_the_document_is_taken(ada: Caller) -> None:
    paths = (await ada.get("/openapi.json")).json()["paths"]
    for path in ("/orders", "/jobs"):
        names = [parameter["name"] for parameter in paths[f"/api/v1{path}"]["get"]["parameters"]]
        assert {"state", "before", "limit"} <= set(names)
        problem = (await ada.get(f"{path}?other=1")).problem(422, "invalid")
        assert said(problem)["other"].endswith(f"those are {', '.join(names)}")


async def test_any_name_of_this_host_is_answered(nobody: Caller, database: None) -> None:
    for host in ("10.0.0.5:8000", "evil.example", "", "[::1", "x" * 1000):
        assert (await nobody.get("/health", host=host)).status == 200
        assert (await nobody.get("/orders", host=host)).status == 401
