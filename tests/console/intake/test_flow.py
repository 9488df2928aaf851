"""Lines go to the desk in groups, several at once, and come back in their order, each once."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import pytest

from console.intake import sender as sender_module
from console.intake.flow import LANES, Flow
from console.intake.keys import Keys
from console.intake.reader import GROUP_BYTES, Reader
from console.intake.rows import Row
from console.intake.sender import Away, Sender
from console.intake.source import Source
from jobs import db
from jobs.room import Room
from orders import admission as admission_module
from orders import submit as submit_module
from orders.admission import admission
from orders.submit import MAX_SUBMISSIONS
from tests.faults.proxy import before_the_database
from tests.orders.desk import CLIENT, rows
from tests.support import eventually

pytestmark = pytest.mark.usefixtures("shop")


def line(n: int, sku: str = "TEA-GREEN") -> dict[str, Any]:
    lines = [{"sku": sku, "quantity": 1}]
    return {"customer": "C001", "currency": "EUR", "reference": f"r{n}", "lines": lines}


class Run:
    """A flow over these lines; ``told`` holds the rows in the order in which they were told."""

    def __init__(self, file: Path, lines: Sequence[dict[str, Any]]) -> None:
        file.write_bytes(b"\n".join(orjson.dumps(one) for one in lines))
        self.stopping = asyncio.Event()
        self.told: list[Row] = []
        self.flow = Flow(
            Reader(Source(str(file)), Keys("-")), Sender(CLIENT, "user:ada", self.stopping), self.tell
        )

    async def tell(self, rows: Sequence[Row]) -> None:
        self.told += rows

    async def run(self) -> dict[str, int]:
        await self.flow.run(self.stopping)
        return dict(self.flow.totals.by_outcome)


async def orders() -> int:
    return (await rows("SELECT count(*)::int AS n FROM orders"))[0]["n"]


async def test_every_line_is_told_once_in_order_and_the_same_again_is_replayed(tmp_path: Path) -> None:
    count = 3 * MAX_SUBMISSIONS + 7
    lines = [line(n, "NOTHING" if n % 100 == 5 else "TEA-GREEN") for n in range(count)]
    first = Run(tmp_path / "orders", lines)
    assert await first.run() == {"accepted": count - 10, "refused": 10}
    assert [row.line for row in first.told] == list(range(1, count + 1))
    assert await orders() == count - 10
    again = Run(tmp_path / "orders", lines)
    assert await again.run() == {"replayed": count - 10, "refused": 10}
    assert [row.number for row in again.told] == [row.number for row in first.told]
    assert await orders() == count - 10
    doors = await rows("SELECT DISTINCT door, client FROM orders")
    assert doors == [{"door": "command", "client": CLIENT}]


async def test_no_more_than_the_lanes_are_in_flight_while_the_first_is_not_answered(tmp_path: Path) -> None:
    run = Run(tmp_path / "orders", [line(n) for n in range((LANES + 3) * MAX_SUBMISSIONS)])
    async with db.connection() as conn, conn.transaction():
        await conn.execute("LOCK TABLE orders IN SHARE MODE")
        running = asyncio.create_task(run.run())

        async def all_wait() -> bool:
            waiting = (
                "SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted AND relation = 'orders'::regclass"
            )
            return (await rows(waiting))[0]["n"] == LANES

        await eventually(all_wait)
        assert run.flow._slots.locked()
        assert run.flow._in_flight.qsize() == LANES - 1  # the first was taken out, to be waited for
        assert run.told == []
    assert await running == {"accepted": (LANES + 3) * MAX_SUBMISSIONS}


async def test_long_orders_go_in_smaller_groups(tmp_path: Path) -> None:
    lines = [line(n) | {"lines": [{"sku": "TEA-GREEN", "quantity": 1}] * 1000} for n in range(70)]
    run = Run(tmp_path / "orders", lines)
    group = await run.flow._reader.group()
    assert len(group) < 40
    assert sum(len(orjson.dumps(one)) for one in lines[: len(group)]) < GROUP_BYTES + 40_000


async def test_who_is_told_to_come_back_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submit_module, "RETRY_WHEN_FULL", 0.01)
    monkeypatch.setattr(admission_module, "MOST_WAITING", 0)
    run = Run(tmp_path / "orders", [line(n) for n in range(10)])
    refused = asyncio.Event()
    real = sender_module._wait_of

    def noting(outcome: Any) -> float | None:
        wait = real(outcome)
        if wait is not None:
            assert outcome.code == "busy"
            refused.set()
            monkeypatch.setattr(admission_module, "MOST_WAITING", 3000)
        return wait

    monkeypatch.setattr(sender_module, "_wait_of", noting)
    assert await run.run() == {"accepted": 10}
    assert refused.is_set()
    assert admission().waiting == 0


async def test_who_is_told_so_too_often_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submit_module, "RETRY_WHEN_FULL", 0.001)
    monkeypatch.setattr(admission_module, "MOST_WAITING", 0)
    run = Run(tmp_path / "orders", [line(n) for n in range(2)])
    assert await run.run() == {"refused": 2}
    assert run.told[0].errors[0]["message"] == "too many orders are coming in right now; try again"
    assert await orders() == 0


async def test_a_stop_reads_no_more_and_answers_what_is_in_flight(tmp_path: Path) -> None:
    run = Run(tmp_path / "orders", [line(n) for n in range(3 * LANES * MAX_SUBMISSIONS)])
    async with db.connection() as conn, conn.transaction():
        await conn.execute("LOCK TABLE orders IN SHARE MODE")
        running = asyncio.create_task(run.run())

        async def all_in_flight() -> bool:
            return run.flow._in_flight.qsize() == LANES - 1

        await eventually(all_in_flight)
        run.stopping.set()
    assert await running == {"accepted": LANES * MAX_SUBMISSIONS}
    assert [row.line for row in run.told] == list(range(1, LANES * MAX_SUBMISSIONS + 1))
    assert await orders() == LANES * MAX_SUBMISSIONS


async def cut_every_connection() -> int:
    """From outside, as a restart would; how many it were."""
    conn = await asyncpg.connect(**db.connect_options())
    try:
        return await conn.fetchval(
            "SELECT count(pg_terminate_backend(pid))::int FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name LIKE 'headrace%'"
            " AND wait_event_type = 'Lock'"
        )
    finally:
        await conn.close()


async def test_connections_cut_in_flight_are_made_again_and_nothing_is_doubled(tmp_path: Path) -> None:
    count = 5 * MAX_SUBMISSIONS
    run = Run(tmp_path / "orders", [line(n) for n in range(count)])
    async with db.connection() as conn, conn.transaction():
        await conn.execute("LOCK TABLE orders IN SHARE MODE")
        running = asyncio.create_task(run.run())
        assert await eventually(cut_every_connection) > 0
    assert await running == {"accepted": count}
    assert await orders() == count


async def test_a_database_that_stays_away_ends_it_with_what_is_kept_and_the_same_again_ends_it_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "PATIENCE", 0.6)
    count = 20 * MAX_SUBMISSIONS
    run = Run(tmp_path / "orders", [line(n) for n in range(count)])
    async with before_the_database() as cable:
        options = db.connect_options() | {"host": "127.0.0.1", "port": cable.port}
        async with asyncpg.create_pool(min_size=1, max_size=LANES, init=db.set_codecs, **options) as pool:
            real = run.tell

            async def tell_and_cut(rows: Sequence[Row]) -> None:
                await real(rows)
                if cable.whole:
                    assert cable.cut() > 0

            run.flow._tell = tell_and_cut
            monkeypatch.setattr(db, "_room", Room(pool))
            await run.run()
            monkeypatch.undo()
            pool.terminate()
    told = len(run.told)
    assert isinstance(run.flow.failure, Away)
    assert run.flow.totals.exit_code() == 1
    assert told >= MAX_SUBMISSIONS
    assert run.flow.totals.unanswered >= MAX_SUBMISSIONS
    assert told + run.flow.totals.unanswered < count  # nothing was read any more
    kept = {row["id"] for row in await rows("SELECT id FROM orders")}
    assert {row.id for row in run.told} <= kept

    again = Run(tmp_path / "orders", [line(n) for n in range(count)])
    assert (await again.run()).get("replayed", 0) == len(kept)
    assert await orders() == count


async def test_what_nobody_expected_is_raised_once_and_nothing_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: Any, **_more: Any) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(sender_module, "submit", broken)
    run = Run(tmp_path / "orders", [line(n) for n in range(9 * MAX_SUBMISSIONS)])
    with pytest.raises(ValueError, match="broken"):
        await run.run()
    assert run.told == []
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("intake")]
