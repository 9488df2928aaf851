from typing import Any

import pytest

from jobs import db
from tests.console.api.caller import Caller


def wish(**fields: Any) -> dict[str, Any]:
    return {"debit": "wallet:C001:EUR", "credit": "cash:EUR", "amount": 250, "currency": "EUR", **fields}


async def posted(code: str) -> int:
    statement = "SELECT b.posted FROM balance AS b JOIN account AS a ON a.id = b.account WHERE a.code = $1"
    return await db.pool().fetchval(statement, code)


async def test_money_is_moved_once_a_key(ada: Caller) -> None:
    answer = await ada.post("/transfers", wish(reason="refund"))
    assert (answer.status, answer.json()["state"]) == (201, "posted")
    again = await ada.post("/transfers", wish(reason="refund"))
    assert (again.status, again.json()) == (201, answer.json())
    assert again.headers["idempotent-replayed"] == "true"
    assert await posted("wallet:C001:EUR") == 9750
    row = await db.pool().fetchrow("SELECT actor, reason FROM transfer WHERE id = $1", answer.json()["id"])
    assert tuple(row) == ("user:ada", "refund")


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "more than there is": ({"amount": 10_001}, "below_allowed_balance", "amount"),
    "nothing": ({"amount": 0}, "not_positive", "amount"),
    "less than nothing": ({"amount": -5}, "not_positive", "amount"),
    "too much": ({"amount": 2**62}, "too_large", "amount"),
    "to itself": ({"credit": "wallet:C001:EUR"}, "same_account", "credit"),
    "another currency": ({"credit": "cash:JPY"}, "currency_mismatch", "currency"),
    "to nobody": ({"credit": "wallet:C9:EUR"}, "unknown_account", ""),
    "a float": ({"amount": 2.5}, "invalid", "amount"),
    "text": ({"amount": "250"}, "invalid", "amount"),
    "no code": ({"currency": "euro"}, "invalid", "currency"),
    "an unknown field": ({"note": "x"}, "invalid", "note"),
}


async def test_a_transfer_is_refused_in_words(ada: Caller, subtests: pytest.Subtests) -> None:
    for label, (fields, code, field) in REFUSED.items():
        with subtests.test(label):
            problem = (await ada.post("/transfers", wish(**fields))).problem(422, code)
            assert [error["field"] for error in problem["errors"]] == [field]
    assert await posted("wallet:C001:EUR") == 10_000


async def test_a_key_for_another_transfer_is_refused(ada: Caller) -> None:
    await ada.post("/transfers", wish())
    problem = (await ada.post("/transfers", wish(amount=1))).problem(422, "key_reused")
    assert problem["errors"][0]["field"] == "Idempotency-Key"


async def test_a_key_is_needed(ada: Caller) -> None:
    (await ada.post("/transfers", wish(), key=None)).problem(400, "key_missing")
