"""What watchers are told: everything, once, in order, whatever happens in between."""

import asyncio
import logging

import pytest

from console.live import hub
from console.live.filters import EVERYTHING
from console.live.reader import LIMIT
from console.live.topics import Topic
from jobs import db
from jobs.changes import Change
from orders.store import order_counts
from tests.support import eventually

NOBODY = "00000000-0000-7000-8000-000000000000"


async def test_a_list_begins_with_its_newest_rows_and_counts(desk):
    answer = await desk.submit()
    snapshot = await (await desk.sit()).subscribe("orders")
    assert snapshot["type"] == "snapshot"
    assert [row["id"] for row in snapshot["data"]["rows"]] == [str(answer.id)]
    assert snapshot["data"]["counts"]["received"] == 1


async def test_a_change_reaches_everybody_as_the_same_event(desk):
    ada = await desk.person()
    seats = [await desk.sit(ada) for _ in range(3)]
    snapshots = [await seat.subscribe("orders") for seat in seats]
    answer = await desk.submit()
    events = [await seat.frame("event") for seat in seats]
    assert events[0] == events[1] == events[2]
    assert events[0]["seq"] == snapshots[0]["seq"] + 1
    assert events[0]["epoch"] == snapshots[0]["epoch"]
    (row,) = events[0]["data"]["rows"]
    assert (row["id"], row["state"]) == (str(answer.id), "received")


async def test_what_changes_first_is_told_at_once(desk, monkeypatch):
    seat = await desk.sit()
    await seat.subscribe("orders")
    monkeypatch.setattr(hub, "GATHER", 3_600.0)
    answer = await desk.submit()
    assert (await seat.frame("event"))["data"]["rows"][0]["id"] == str(answer.id)


async def test_numbers_are_consecutive(desk):
    seat = await desk.sit()
    seen = (await seat.subscribe("orders"))["seq"]
    for _ in range(5):
        await desk.submit()
        event = await seat.frame("event")
        assert event["seq"] == seen + 1
        seen = event["seq"]


async def test_who_comes_back_gets_what_it_missed(desk):
    ada = await desk.person()
    stays, leaves = await desk.sit(ada), await desk.sit(ada)
    await stays.subscribe("orders")
    snapshot = await leaves.subscribe("orders")
    await leaves.communicator.disconnect()
    answer = await desk.submit()
    event = await stays.frame("event")
    back = await desk.sit(ada)
    since = {"epoch": snapshot["epoch"], "seq": snapshot["seq"]}
    assert await back.subscribe("orders", since=since) == event
    assert event["data"]["rows"][0]["id"] == str(answer.id)


async def test_the_last_one_out_may_come_back_too(desk):
    ada = await desk.person()
    seat = await desk.sit(ada)
    snapshot = await seat.subscribe("orders")
    await seat.communicator.disconnect()
    await desk.submit()
    back = await desk.sit(ada)
    since = {"epoch": snapshot["epoch"], "seq": snapshot["seq"]}
    assert (await back.subscribe("orders", since=since))["seq"] == snapshot["seq"] + 1


async def test_who_was_in_another_epoch_gets_a_snapshot(desk):
    seat = await desk.sit()
    frame = await seat.subscribe("orders", since={"epoch": "another", "seq": 0})
    assert frame["type"] == "snapshot"


async def test_a_renewed_hub_resets_everybody(desk):
    seat = await desk.sit()
    snapshot = await seat.subscribe("orders")
    answer = await desk.submit()
    desk.hub.renew()
    reset = await seat.frame("reset")
    assert reset["epoch"] != snapshot["epoch"]
    assert reset["data"]["rows"][0]["id"] == str(answer.id)


async def test_who_leaves_while_their_reset_is_read_is_not_told_it(desk):
    ada = await desk.person()
    leaves, stays = await desk.sit(ada), await desk.sit(ada)
    await leaves.subscribe("orders")
    (watch,) = desk.hub.watches.values()
    async with db.transaction() as tx:
        await tx.conn.execute("LOCK TABLE orders, order_count IN ACCESS EXCLUSIVE MODE")
        desk.hub.renew()
        await eventually(lambda: asyncio.sleep(0, watch._reading))
        await stays.send(type="subscribe", id="stays", topic="orders")
        await eventually(lambda: asyncio.sleep(0, len(watch.subscriptions) == 2))
        await leaves.send(type="unsubscribe", id="leaves", topic="orders")
        await leaves.frame("ack")
    await stays.frame("snapshot")
    assert await leaves.silent()


async def test_a_detail_is_told_whole_at_each_change(desk):
    answer = await desk.submit()
    seat = await desk.sit()
    snapshot = await seat.subscribe(f"order:{answer.id}")
    detail = snapshot["data"]["order"]
    assert (detail["state"], len(detail["lines"]), len(detail["jobs"])) == ("received", 1, 1)
    async with db.connection() as conn:
        await conn.execute("UPDATE orders SET state = 'cancelled', version = version + 1")
    desk.hub.hear([Change("order", str(answer.id), 2)])
    assert (await seat.frame("event"))["data"]["order"]["state"] == "cancelled"


async def test_an_orders_page_hears_of_its_jobs(desk):
    answer = await desk.submit()
    seat = await desk.sit()
    (job,) = (await seat.subscribe(f"order:{answer.id}"))["data"]["order"]["jobs"]
    async with db.connection() as conn:
        await conn.execute("UPDATE job SET priority = 7, version = version + 1")
    desk.hub.hear([Change("job", job["id"], 2)])
    assert (await seat.frame("event"))["data"]["order"]["jobs"][0]["priority"] == 7


async def test_jobs_are_lists_and_details_too(desk):
    seat = await desk.sit()
    await seat.subscribe("jobs")
    await desk.submit()
    (job,) = (await seat.frame("event"))["data"]["rows"]
    assert (await seat.subscribe(f"job:{job['id']}"))["data"]["job"]["task"] == job["task"]


async def test_an_unheard_change_is_found_by_reading_again(desk):
    answer = await desk.submit()
    seat = await desk.sit()
    await seat.subscribe("orders")
    await seat.subscribe(f"order:{answer.id}")
    async with db.connection() as conn:
        await conn.execute("UPDATE orders SET state = 'cancelled', version = version + 1")
    await desk.rounds.reread()
    told = {frame["topic"]: frame for frame in [await seat.frame("event"), await seat.frame("event")]}
    assert told["orders"]["data"]["rows"][0]["state"] == "cancelled"
    assert told[f"order:{answer.id}"]["data"]["order"]["state"] == "cancelled"


async def test_reading_again_tells_nothing_where_nothing_changed(desk):
    answer = await desk.submit()
    seat = await desk.sit()
    await seat.subscribe("orders")
    await seat.subscribe(f"order:{answer.id}")
    await desk.rounds.reread()
    assert await seat.silent()


async def test_an_older_notification_tells_nothing(desk):
    seat = await desk.sit()
    await seat.subscribe("orders")
    answer = await desk.submit()
    await seat.frame("event")
    desk.hub.hear([Change("order", str(answer.id), 1)])
    newer = await desk.submit()
    assert [row["id"] for row in (await seat.frame("event"))["data"]["rows"]] == [str(newer.id)]


async def test_what_is_no_change_of_ours_does_no_harm(desk):
    seat = await desk.sit()
    await seat.subscribe("orders")
    desk.hub.hear([Change("order", "no uuid", 1), Change("order", NOBODY, 1), Change("moon", "full", 3)])
    await desk.submit()
    assert len((await seat.frame("event"))["data"]["rows"]) == 1


async def test_one_topics_mistake_is_not_the_others(desk, monkeypatch, caplog):
    seat = await desk.sit()
    await seat.subscribe("orders")
    await seat.subscribe("orders", filter={"state": "received"})
    await seat.subscribe("jobs")
    broken = desk.hub.watches[Topic("orders"), (("state", "received"),)]

    async def fail(events):
        raise TypeError("cannot be encoded")

    monkeypatch.setattr(broken, "tell", fail)
    with caplog.at_level(logging.CRITICAL):
        await desk.submit()
        assert (await seat.frame("event"))["topic"] == "jobs"


async def test_a_flood_of_changes_starts_everybody_over(desk, monkeypatch):
    seat = await desk.sit()
    await seat.subscribe("orders")
    monkeypatch.setattr("console.live.hub.MAX_CHANGED", 1)
    ids = [f"00000000-0000-7000-8000-{number:012}" for number in range(3)]
    desk.hub.hear([Change("order", id, 1) for id in ids])
    assert (await seat.frame())["type"] == "reset"


@pytest.mark.parametrize(
    ("topic", "filter", "counts"),
    [
        pytest.param("orders", {"state": "secured"}, {"received": 1, "secured": 0}, id="a state counts all"),
        pytest.param("orders", {"customer": "C001"}, {"received": 1}, id="a customer's"),
        pytest.param("orders", {"customer": "C002"}, {"received": 0}, id="another customer's"),
        pytest.param("orders", {"door": "form"}, None, id="nor what the hub cannot decide"),
        pytest.param("jobs", {"task": "orders.tasks.secure", "state": "failed"}, {"ready": 1}, id="a task"),
        pytest.param("jobs", {"task": "shop.greet"}, {"ready": 0}, id="another task"),
        pytest.param("jobs", {"queue": "orders"}, {"ready": 1}, id="a queue"),
        pytest.param("jobs", {"queue": "x", "task": "orders.tasks.secure"}, {"ready": 0}, id="both"),
    ],
)
async def test_the_counts_of_a_filtered_list_are_the_filters_or_absent(desk, topic, filter, counts):
    seat = await desk.sit()
    told = [(await seat.subscribe(topic, filter=filter))["data"].get("counts")]
    await desk.submit()

    async def as_they_are():
        """A row that has moved is read beside the round: the next one counts it."""
        await desk.rounds.sample()
        await desk.rounds.apart()
        await seat.send(type="ping", id="all told?")
        while (frame := await seat.frame()).get("id") != "all told?":
            told.append(frame["data"].get("counts"))
        last = [each for each in told if each is not None][-1:]
        return [each | counts for each in last] == last if counts else last == []

    await eventually(as_they_are)


async def test_a_lists_counts_follow(desk):
    seat = await desk.sit()
    await seat.subscribe("orders")
    await desk.submit()
    await seat.frame("event")
    await desk.rounds.sample()
    counts = (await seat.frame("event"))["data"]["counts"]
    async with db.connection() as conn:
        assert counts == await order_counts(conn)
    await desk.rounds.sample()
    assert await seat.silent()


async def test_the_dashboard_gets_a_point_a_sample(desk):
    await desk.rounds.sample()
    seat = await desk.sit()
    snapshot = await seat.subscribe("dashboard")
    parts = {"verdict", "orders", "jobs", "oldest", "figures", "per_second", "latency"}
    assert snapshot["data"].keys() == parts | {"people", "errors", "queues", "workers", "ledger"}
    await desk.submit()
    await desk.rounds.sample()
    event = await seat.frame("event")
    assert event["data"]["orders"]["received"] == 1
    assert len(event["data"]["per_second"]) == 1


async def test_the_ledger_is_proved_while_somebody_looks(desk):
    seat = await desk.sit()
    await desk.rounds.ledger()
    assert desk.hub.series.ledger["ok"] is None
    await seat.subscribe("dashboard")
    await desk.rounds.ledger()
    assert desk.hub.series.ledger["ok"] is True


async def test_who_does_not_say_what_it_saw_gets_nothing_more_then_one_reset(desk):
    seat = await desk.sit()
    await seat.subscribe("orders")
    watch = desk.hub.watches[Topic("orders"), EVERYTHING]
    for _ in range(LIMIT + 10):
        await desk.hub.tell(watch, [{"rows": []}])
    events = [await seat.frame("event") for _ in range(LIMIT)]
    assert await seat.silent()
    before = watch.stream.seq
    await desk.submit()

    async def told():
        return watch.stream.seq > before

    await eventually(told)
    await seat.send(type="seen", topic="orders", seq=events[-1]["seq"])
    reset = await seat.frame()
    assert reset["type"] == "reset"
    assert len(reset["data"]["rows"]) == 1
    assert await seat.silent()
    await desk.hub.tell(watch, [{"rows": []}])
    assert (await seat.frame())["seq"] > reset["seq"]


async def test_who_stays_behind_is_closed_with_1013(desk):
    seat = await desk.sit()
    await seat.subscribe("orders")
    (socket,) = desk.sockets._sockets
    socket.reader.behind_since = asyncio.get_running_loop().time() - 29
    await desk.rounds.slow()
    assert await seat.silent()
    socket.reader.behind_since -= 2
    await desk.rounds.slow()
    assert await seat.closed() == 1013


async def test_nobody_who_leaves_is_kept(desk, monkeypatch):
    seat = await desk.sit()
    await seat.subscribe("orders")
    await seat.communicator.disconnect()
    assert len(desk.sockets) == 0
    monkeypatch.setattr("console.live.hub.LINGER", -1)
    await desk.rounds.slow()
    assert (desk.hub.watches, desk.hub._of) == ({}, {})


async def test_only_so_many_watches_are_kept_for_those_who_may_come_back(desk, monkeypatch):
    monkeypatch.setattr("console.live.hub.KEPT", 2)
    seat = await desk.sit()
    for customer in "abcde":
        await seat.subscribe("orders", filter={"customer": customer})
    assert [dict(filter)["customer"] for _topic, filter in desk.hub.watches] == ["c", "d", "e"]


async def test_a_machine_that_dies_comes_back(desk, caplog):
    seat = await desk.sit()
    await seat.subscribe("orders")
    with caplog.at_level(logging.CRITICAL):
        desk.hub.teller._task.cancel()
        await desk.submit()
        assert (await seat.frame("event"))["topic"] == "orders"
