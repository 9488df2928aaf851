"""Requests made out of the OpenAPI document, fitting and unfitting, to a served process, as every role."""

import asyncio
from typing import Any
from uuid import uuid4

import requests
import schemathesis
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group, User
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS, load_all_checks

from console.api.app import api
from jobs import db
from orders.clients import create_token
from tests.journeys.cast import open_shop, order
from tests.journeys.process import serving

#: Requests of each mode, an operation and role.
EXAMPLES = 10
CONFORM = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
)
#: What each role may be answered, by who may what; 401 is for a token that was broken on purpose, 404 for an
#: address that was.
REFUSALS = {400, 401, 404, 405, 422}
MAY = {
    None: {"read": {401, 404}, "write": {401}},
    "viewer": {"read": REFUSALS | {200}, "write": {401, 403}},
    "operator": {"read": REFUSALS | {200}, "write": REFUSALS},
    "admin": {"read": REFUSALS | {200}, "write": REFUSALS},
}


class Asker:
    """A role's requests on one connection. Each answer is held against the document."""

    def __init__(self, url: str, token: str | None) -> None:
        self.url = url
        self.session = requests.Session()
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
        load_all_checks()
        self.checks = list(CHECKS.get_by_names(CONFORM))
        self.statuses: dict[str, list[int]] = {"read": [], "write": [], "health": []}

    def ask(self, case: Any, **headers: str) -> requests.Response:
        answer = case.call(base_url=self.url, session=self.session, headers=self.headers | headers)
        case.validate_response(answer, checks=self.checks, headers=self.headers)
        return answer

    def ask_all(self) -> None:
        for result in self.schema.get_all_operations():
            operation = result.ok()
            kind = "health" if operation.path.endswith("/health") else "read"
            kind = "write" if operation.method == "post" else kind
            for mode in schemathesis.GenerationMode:
                if kind != "health" or mode.is_positive:  # nothing of it can be wrong
                    self.ask_one(operation, mode, self.statuses[kind])

    def ask_one(self, operation: Any, mode: Any, statuses: list[int]) -> None:
        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def run(case: Any) -> None:
            statuses.append(self.ask(case).status_code)

        run()

    def good(self) -> dict[str, int]:
        """The answers to what is right, each of which the document describes."""
        case = {operation.ok().label: operation.ok().Case for operation in self.schema.get_all_operations()}
        body = {"media_type": "application/json"}
        sent = self.ask(case["POST /api/v1/orders"](body=order(), **body), **{"Idempotency-Key": uuid4().hex})
        wish = {"debit": "wallet:ada:EUR", "credit": "cash:EUR", "amount": 5, "currency": "EUR"}
        moved = self.ask(
            case["POST /api/v1/transfers"](body=wish, **body), **{"Idempotency-Key": uuid4().hex}
        )
        one = self.ask(case["GET /api/v1/orders/{id}"](path_parameters={"id": sent.json()["id"]}))
        job = self.ask(case["GET /api/v1/jobs/{id}"](path_parameters={"id": one.json()["jobs"][0]["id"]}))
        orders, jobs = self.ask(case["GET /api/v1/orders"]()), self.ask(case["GET /api/v1/jobs"]())
        assert orders.json()["orders"]
        assert jobs.json()["jobs"]
        answers = {
            "order": sent,
            "transfer": moved,
            "detail": one,
            "job": job,
            "orders": orders,
            "jobs": jobs,
        }
        return {name: answer.status_code for name, answer in answers.items()}


async def token_of(role: str) -> str:
    user = await sync_to_async(User.objects.create_user)(f"some-{role}")
    await user.groups.aadd(await Group.objects.aget(name=role))
    return await create_token(user.pk, "schema")


async def rows() -> int:
    return await db.pool().fetchval(
        "SELECT (SELECT count(*) FROM orders) + (SELECT count(*) FROM transfer WHERE order_id IS NULL)"
    )


async def test_no_request_the_document_leads_to_is_answered_otherwise_than_it_says(database: None) -> None:
    await open_shop()
    tokens = {role: await token_of(role) if role else None for role in MAY}
    before = await rows()
    asked = 0
    async with serving() as server:
        for role, token in tokens.items():
            asker = Asker(server.url, token)
            await asyncio.to_thread(asker.ask_all)
            asked += sum(map(len, asker.statuses.values()))
            assert set(asker.statuses["read"]) <= MAY[role]["read"], role
            assert set(asker.statuses["write"]) <= MAY[role]["write"], role
            assert set(asker.statuses["health"]) == {200}, role
        assert await rows() == before  # nothing that was made up is an order or a transfer
        good = await asyncio.to_thread(asker.good)
    assert good == {"order": 202, "transfer": 201, "detail": 200, "job": 200, "orders": 200, "jobs": 200}
    assert asked > 300
    assert "Traceback" not in server.output
