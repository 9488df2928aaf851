"""One look a second, for everybody who watches."""

import pytest

from console.live import sampler as sampler_module
from console.live.sampler import Sampler, look
from console.live.series import Series
from jobs import db
from tests.console.desk import open_shop, order_in
from tests.jobs import sample_tasks
from tests.jobs.conftest import FAST, ended, enqueue, make_engine
from tests.support import eventually

__all__ = ["make_engine"]


@pytest.fixture
def sampler(database):
    made = Sampler(Series())
    yield made
    made.stop()


async def test_a_page_where_nobody_samples_takes_a_sample_of_its_own(database):
    await open_shop()
    await order_in()
    told = await look()
    assert told["orders"]["received"] == 1
    assert told["oldest"]["task"] == "orders.tasks.secure"
    assert [reason["code"] for reason in told["verdict"]["reasons"]] == ["no-workers"]
    assert told["ledger"]["ok"] is None


async def test_pages_beside_a_sampler_ask_the_database_nothing(sampler, monkeypatch):
    sampler.start()
    await sampler.sample()
    monkeypatch.setattr(db, "connection", None)  # whoever asks for one now fails
    told = [await look() for _ in range(50)]
    assert all(each == sampler.series.whole() for each in told)


async def test_a_sampler_that_fell_silent_serves_no_page(sampler, monkeypatch):
    sampler.start()
    await sampler.sample()
    await open_shop()
    await order_in()
    assert (await look())["orders"]["received"] == 0
    monkeypatch.setattr(sampler_module, "FRESH", -1)
    assert (await look())["orders"]["received"] == 1


async def test_what_takes_longer_is_looked_at_seldom(sampler, monkeypatch):
    await open_shop()
    order = await order_in()
    await sampler.sample()
    async with db.connection() as conn:
        await conn.execute("UPDATE orders SET attention = 'look' WHERE id = $1", order)
    assert "people" not in await sampler.sample()
    monkeypatch.setattr(sampler_module, "SELDOM", -1)
    event = await sampler.sample()
    assert (event["people"]["count"], event["people"]["rows"][0]["attention"]) == (1, "look")
    assert "attention" in [reason["code"] for reason in event["verdict"]["reasons"]]


async def test_the_first_look_back_is_at_the_whole_hour_and_the_next_at_what_can_have_changed(
    sampler, monkeypatch
):
    asked = []

    async def note(conn, minutes, read=sampler_module.jobs.job_spreads):
        asked.append(minutes)
        return await read(conn, minutes)

    monkeypatch.setattr(sampler_module.jobs, "job_spreads", note)
    monkeypatch.setattr(sampler_module, "SELDOM", -1)
    for _ in range(2):
        await sampler.sample()
    assert asked == [60, 2]


async def test_a_failed_attempt_and_a_failed_job_are_told(make_engine, sampler):
    await make_engine()
    id = await enqueue(sample_tasks.sleeps_for_ever)
    await ended(id)
    event = await sampler.sample()
    codes = [reason["code"] for reason in event["verdict"]["reasons"]]
    assert "failed-jobs" in codes
    assert [row["job"] for row in event["errors"]["rows"]] == [str(id)]
    assert event["figures"]["run_p50"] is not None


async def test_another_processes_buffer_comes_with_its_beat(make_engine, sampler):
    await make_engine(BEAT=0.05)
    slots = FAST["QUEUES"]["default"]["slots"]
    for _ in range(slots + 3):
        await enqueue(sample_tasks.waits_at, "held")

    async def told():
        await sampler.sample()
        (row,) = sampler.series.whole()["workers"]
        return row if (row["busy"], row["buffered"]) == (slots, 3) else None

    row = await eventually(told)
    assert (row["here"], row["slots"], row["prefetch"]) == (False, slots, 20)
    assert row["lag"] is not None


async def test_a_ledger_that_does_not_add_up_names_rule_and_order(sampler):
    await open_shop()
    order = await order_in()
    await sampler.prove()
    assert sampler.series.ledger["ok"] is True
    async with db.connection() as conn:
        await conn.execute("UPDATE orders SET total = total + 1 WHERE id = $1", order)
    await sampler.prove()
    event = await sampler.sample()
    (problem,) = event["ledger"]["problems"]
    assert (problem["id"], problem["count"], problem["order"]) == ("lines", 1, str(order))
    assert event["verdict"]["reasons"][0] == {"id": "ledger", "code": "ledger", "at": "#ledger"}


async def test_that_a_carrier_gave_a_quote_is_seen_by_the_count_of_those_jobs(sampler):
    made = (
        "INSERT INTO job_minute (minute, task, queue, state, shard, count)"
        " VALUES (date_trunc('minute', clock()), 'orders.tasks.quote', 'outside', 'succeeded', 0, $1)"
        " ON CONFLICT (minute, task, queue, state, shard) DO UPDATE SET count = excluded.count"
    )
    for count, seen in ((3, False), (3, False), (5, True)):
        async with db.connection() as conn:
            await conn.execute(made, count)
        await sampler.sample()
        assert (sampler._quoted_at is not None) is seen
