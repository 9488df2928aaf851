from typing import Any
from uuid import UUID

import pytest

from jobs import db
from tests.console.api.caller import Caller
from tests.console.api.test_orders import order


async def test_the_job_of_an_order_is_found_and_read(ada: Caller) -> None:
    kept = (await ada.post("/orders", order())).json()
    [row] = (await ada.get("/jobs")).json()["jobs"]
    assert (row["task"], row["state"], row["subject"]) == (
        "orders.tasks.secure",
        "ready",
        f"order:{kept['id']}",
    )
    detail = (await ada.get(f"/jobs/{row['id']}")).json()
    assert (detail["args"], detail["kwargs"], detail["attempts"]) == ([kept["id"]], {}, [])
    assert detail["result"] is None


async def test_jobs_come_in_pages_and_are_filtered(ada: Caller) -> None:
    for number in range(3):
        await ada.post("/orders", order(), key=f"k{number}")
    first = (await ada.get("/jobs?limit=2&queue=orders&state=ready&task=orders.tasks.secure")).json()
    rest = (await ada.get(f"/jobs?limit=2&before={first['next']}")).json()
    assert (len(first["jobs"]), len(rest["jobs"]), rest["next"]) == (2, 1, None)
    assert (await ada.get("/jobs?state=failed")).json()["jobs"] == []


async def test_a_state_no_job_has_is_refused(ada: Caller) -> None:
    (await ada.get("/jobs?state=lost")).problem(422, "invalid")


async def test_a_name_no_column_can_hold_is_refused(ada: Caller) -> None:
    for name in ("task", "queue"):
        errors = (await ada.get(f"/jobs?{name}=a%00b")).problem(422, "invalid")["errors"]
        assert [error["field"] for error in errors] == [name]


async def test_a_job_nobody_knows_is_not_found(ada: Caller) -> None:
    for id in (UUID(int=7), "x"):
        (await ada.get(f"/jobs/{id}")).problem(404, "not_found")


async def test_a_job_stored_deeper_than_can_be_sent_is_told_without_that(ada: Caller) -> None:
    kept = (await ada.post("/orders", order())).json()
    [row] = (await ada.get("/jobs")).json()["jobs"]
    for levels, cut in ((200, []), (201, ["args"]), (254, ["args"])):
        args: list[Any] = []
        for _level in range(levels - 1):
            args = [args]
        await db.pool().execute("UPDATE job SET args = $2 WHERE id = $1", UUID(row["id"]), args)
        detail = (await ada.get(f"/jobs/{row['id']}")).json()
        assert (detail["cut"], detail["args"]) == (cut, None if cut else args)
        assert detail["subject"] == f"order:{kept['id']}"


@pytest.mark.parametrize(
    "args",
    [
        pytest.param("[" * 1_100 + "]" * 1_100, id="more levels than anybody reads"),
        pytest.param("[1e400]", id="a number past a double"),
    ],
)
async def test_a_job_that_sql_put_there_and_nobody_can_read_is_told_without_that(
    ada: Caller, args: str
) -> None:
    await ada.post("/orders", order())
    [row] = (await ada.get("/jobs")).json()["jobs"]
    await db.pool().execute("UPDATE job SET args = $2::text::jsonb WHERE id = $1", UUID(row["id"]), args)
    answer = await ada.get(f"/jobs/{row['id']}")
    detail = answer.json()
    assert (answer.status, detail["cut"], detail["args"], detail["kwargs"]) == (200, ["args"], None, {})
    assert [row["id"] for row in (await ada.get("/jobs")).json()["jobs"]] == [detail["id"]]
