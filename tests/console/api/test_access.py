from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async

from console.api.access import Bearer
from console.api.app import api
from jobs import db
from tests.console.api.caller import Caller
from tests.console.api.conftest import with_token
from tests.console.api.test_orders import order

ADDRESSES = [
    ("POST", "/orders"),
    ("GET", "/orders"),
    ("GET", f"/orders/{UUID(int=1)}"),
    ("GET", "/jobs"),
    ("GET", f"/jobs/{UUID(int=1)}"),
    ("POST", "/transfers"),
]


def operations() -> list[Any]:
    return [
        operation
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
        for operation in view.operations
    ]


def test_every_operation_but_health_asks_for_a_permission() -> None:
    found = operations()
    assert len(found) == len(ADDRESSES) + 1
    for operation in found:
        if operation.operation_id == "health":
            assert operation.auth_callbacks == []
        else:
            [bearer] = operation.auth_callbacks
            assert isinstance(bearer, Bearer)
            assert bearer.permission


def test_an_operation_that_names_no_permission_lets_nobody_in() -> None:
    [default] = api.auth
    assert isinstance(default, Bearer)
    assert default.permission is None


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
async def test_without_a_token_nobody_is_let_in(
    session_pool: None, nobody: Caller, method: str, path: str
) -> None:
    answer = await nobody.call(method, path)
    answer.problem(401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_without_the_permission_nobody_is_let_in(charlie: Caller, subtests: pytest.Subtests) -> None:
    for method, path in ADDRESSES:
        with subtests.test(f"{method} {path}"):
            problem = (await charlie.call(method, path)).problem(403, "forbidden")
            assert "permission" in problem["detail"]


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer hr_wrong", "Bearer wrong", "Basic YWRhOmFkYQ==", "Bearer \xff", "hr_x"],
)
async def test_a_wrong_token_is_no_token(session_pool: None, nobody: Caller, header: str) -> None:
    answer = await nobody.call("GET", "/orders", headers={"authorization": header})
    answer.problem(401, "unauthenticated")


async def test_a_token_ends_with_its_user_and_when_it_is_revoked(ada: Caller, people: dict[str, Any]) -> None:
    assert (await ada.get("/orders")).status == 200
    people["ada"].is_active = False
    await sync_to_async(people["ada"].save)()
    (await ada.get("/orders")).problem(401, "unauthenticated")
    people["ada"].is_active = True
    await sync_to_async(people["ada"].save)()
    assert (await ada.get("/orders")).status == 200
    await db.pool().execute("UPDATE token SET revoked_at = clock()")
    (await ada.get("/orders")).problem(401, "unauthenticated")


async def test_a_superuser_may_do_everything(application: Any, people: dict[str, Any], shop: None) -> None:
    people["charlie"].is_superuser = True
    await sync_to_async(people["charlie"].save)()
    root = await with_token(application, people["charlie"])
    assert (await root.post("/orders", order())).status == 202
    assert (await root.get("/jobs")).status == 200
