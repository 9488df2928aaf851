"""The command around the check: its words, its JSON, its exit code. What is found, tests/orders proves."""

import json
from collections.abc import Iterator, Sequence
from uuid import UUID

import pytest
from django.core.management import call_command

from console.management.commands import ledger_check
from orders.ledger_check import Problem

BROKEN = Problem(
    "balances",
    "the balance is not the fold of the transfers",
    [{"account": number, "transfer": UUID(int=number)} for number in range(25)],
)


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Problem]]:
    """What the check finds; the database is left alone."""
    problems: list[Problem] = []

    async def check() -> Sequence[Problem]:
        return problems

    monkeypatch.setattr(ledger_check, "_check", check)
    return problems


def test_a_good_ledger_is_said_in_a_sentence(
    found: list[Problem], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("ledger_check")
    assert capsys.readouterr().out == "The ledger is balanced: every transfer, unit and audit row adds up.\n"


def test_a_good_ledger_as_json(found: list[Problem], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("ledger_check", "--json")
    assert json.loads(capsys.readouterr().out) == {"ok": True, "problems": []}


def test_a_broken_ledger_exits_1_and_names_rows_but_not_thousands(
    found: list[Problem], capsys: pytest.CaptureFixture[str]
) -> None:
    found.append(BROKEN)
    with pytest.raises(SystemExit) as ended:
        call_command("ledger_check")
    out = capsys.readouterr().out
    assert ended.value.code == 1
    assert "1 rule of the ledger is broken" in out
    assert "balances: the balance is not the fold of the transfers" in out
    assert "'account': 19" in out
    assert "'account': 20" not in out
    assert "… and 5 more rows" in out


def test_a_broken_ledger_as_json_names_every_row(
    found: list[Problem], capsys: pytest.CaptureFixture[str]
) -> None:
    found.append(BROKEN)
    with pytest.raises(SystemExit) as ended:
        call_command("ledger_check", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert ended.value.code == 1
    assert answer["ok"] is False
    assert answer["problems"][0]["rule"] == "balances"
    assert len(answer["problems"][0]["rows"]) == 25
    assert answer["problems"][0]["rows"][3] == {"account": 3, "transfer": str(UUID(int=3))}
