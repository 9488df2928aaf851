"""A whole December of real invoices through the command, while a server runs its jobs; and once more."""

import asyncio
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from jobs import db
from orders import ledger_check, store
from tests.journeys.cast import hire_alice
from tests.journeys.invoices import expect, needs_invoices, open_shop, order, read_invoices, refused_field
from tests.journeys.process import ROOT, database_url, serving
from tests.support import eventually

pytestmark = needs_invoices

#: Seconds the command may take; on a quiet machine it is over in two.
PATIENCE = 60.0


async def submit_all(file: Path) -> tuple[int, list[dict[str, Any]], str]:
    """The file through the command's standard input; its exit code, rows and summary."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "manage.py", "orders_submit", "--user", "alice", "--json",
        cwd=ROOT, env=os.environ | {"DATABASE_URL": database_url()},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate(await asyncio.to_thread(file.read_bytes))
    return process.returncode or 0, [json.loads(row) for row in out.splitlines()], err.decode()


async def counts() -> dict[str, int]:
    async with db.connection() as conn:
        found = await store.order_counts(conn)
    return {state: count for state, count in found.items() if count}


@pytest.mark.fault_long
@pytest.mark.timeout(240)  # three processes; eight seconds in all on a quiet machine
async def test_each_invoice_of_december_ends_fulfilled_or_refused_and_a_second_run_makes_no_order(
    database: None, tmp_path: Path
) -> None:
    invoices = read_invoices()
    expected = expect(invoices, await open_shop(invoices))
    await hire_alice()
    assert len(invoices) == 2025
    assert (len(expected.returns), len(expected.unpriced), len(expected.unpaid)) == (396, 17, 34)
    numbers = list(invoices)
    file = tmp_path / "december.ndjson"
    file.write_text("".join(json.dumps(order(number, invoices[number])) + "\n" for number in numbers))

    async with serving(JOBS_POLL="600"):  # what the command enqueues is told of, not found by looking
        code, rows, summary = await submit_all(file)
        assert summary.startswith("1,612 accepted, 0 replayed, 413 refused"), summary
        assert code == 3
        assert [row["line"] for row in rows] == list(range(1, 2026))

        async def all_ended() -> bool:
            return set(await counts()) == {"fulfilled", "rejected"}

        await eventually(all_ended, 60.0)
        assert await counts() == {"fulfilled": 1612 - 34, "rejected": 34}

    assert Counter(row["outcome"] for row in rows) == {"accepted": 1612, "refused": 413}
    for number, row in zip(numbers, rows, strict=True):
        fields = {error["field"].split(".")[-1] for error in row["errors"]}
        if number in expected.returns | expected.unpriced:
            assert (row["outcome"], fields) == ("refused", {refused_field(number, expected)})
        else:
            assert (row["outcome"], fields) == ("accepted", set())
    rejected = await db.pool().fetch("SELECT external_ref, reason FROM orders WHERE state = 'rejected'")
    assert {row["external_ref"] for row in rejected} == expected.unpaid
    assert all("no funds" in row["reason"] for row in rejected)
    assert await ledger_check.check() == []

    code, again, summary = await submit_all(file)
    assert summary.startswith("0 accepted, 1,612 replayed, 413 refused"), summary
    assert code == 3
    assert len(summary.splitlines()) == 1  # each has a reference: none is known by its content alone
    assert [(row["id"], row["number"]) for row in again] == [(row["id"], row["number"]) for row in rows]
    assert await counts() == {"fulfilled": 1612 - 34, "rejected": 34}
