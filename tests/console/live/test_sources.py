"""What a topic's snapshot holds, and that it is never more than a socket carries."""

from uuid import UUID

import pytest
from django.contrib.auth.models import Permission

from console.live.frames import encode
from console.live.socket import RESTART
from console.live.sources import MAX_JOB, MAX_LEVELS, UNBOUNDED, DetailSource
from console.live.topics import Topic
from console.wire import MAX_UNSENT
from jobs import db
from jobs.changes import Change
from orders.cancel import cancel
from orders.catalogue import add_products
from orders.schema import MAX_LINES
from tests.console.live.conftest import PATIENCE

#: The longest name four bytes a character make.
LONG = "\U0001f375" * 95


async def a_job():
    return await db.pool().fetchval("SELECT id FROM job LIMIT 1")


@pytest.mark.parametrize(
    ("size", "cut"), [pytest.param(1_000, False, id="small"), pytest.param(3 * MAX_JOB, True, id="large")]
)
async def test_a_job_with_more_than_a_socket_carries_is_told_without_it(desk, size, cut):
    await desk.submit()
    job = await a_job()
    await db.pool().execute("UPDATE job SET args = $2 WHERE id = $1", job, ["x" * size])
    seat = await desk.sit()
    told = (await seat.subscribe(f"job:{job}"))["data"]["job"]
    assert (told["id"], told["state"]) == (str(job), "ready")
    assert told.get("cut") == (sorted(UNBOUNDED) if cut else None)
    assert UNBOUNDED & told.keys() == (set() if cut else UNBOUNDED)
    assert told.get("args") == (None if cut else ["x" * size])


async def test_the_largest_order_there_can_be_is_told_whole(desk):
    names = [f"{number:05}" + LONG for number in range(MAX_LINES)]
    await add_products(
        [{"sku": name, "name": name, "currency": "EUR", "price": 1, "on_hand": 1} for name in names]
    )
    kept = await desk.submit(lines=[{"sku": name, "quantity": 1} for name in names])
    assert isinstance(kept.id, UUID)
    seat = await desk.sit()
    frame = await seat.subscribe(f"order:{kept.id}")
    assert [line["sku"] for line in frame["data"]["order"]["lines"]] == names
    assert len(encode(await DetailSource(Topic("order", str(kept.id))).read())) < MAX_UNSENT // 2


async def test_a_job_stored_deeper_than_is_taken_in_now_is_told_whole_and_the_socket_stays(desk):
    await desk.submit()
    job = await a_job()
    seat = await desk.sit()
    for levels in (200, 252, 253, 254):
        deep = []
        for _level in range(levels - 1):
            deep = [deep]
        await db.pool().execute("UPDATE job SET args = $2, version = version + 1 WHERE id = $1", job, deep)
        told = (await seat.subscribe(f"job:{job}"))["data"]["job"]
        assert (told["id"], told["args"]) == (str(job), deep)
        await seat.send(type="unsubscribe", id="left", topic=f"job:{job}")
        assert (await seat.frame("ack"))["id"] == "left"
        desk.hub.renew()
    assert await seat.silent()


async def test_a_job_with_more_levels_than_a_client_reads_is_told_without_them_and_goes_on(desk):
    await desk.submit()
    job, seat = await a_job(), await desk.sit()
    deep = "[" * (MAX_LEVELS + 1) + "]" * (MAX_LEVELS + 1)
    await db.pool().execute("UPDATE job SET args = $2::text::jsonb WHERE id = $1", job, deep)
    told = (await seat.subscribe(f"job:{job}"))["data"]["job"]
    assert (told["id"], told["cut"], told["kwargs"], "args" in told) == (str(job), ["args"], {}, False)
    await db.pool().execute(
        "UPDATE job SET args = $2::text::jsonb, version = version + 1 WHERE id = $1", job, deep[1:-1]
    )
    desk.hub.hear([Change("job", str(job), told["version"] + 1)])
    text = (await seat.communicator.receive_output(PATIENCE))["text"]
    assert (deep[1:-1] in text, '"cut"' in text) == (True, False)


async def test_a_number_past_a_double_is_told_as_it_is(desk):
    await desk.submit()
    job = await a_job()
    await db.pool().execute("UPDATE job SET args = '[1e400]' WHERE id = $1", job)
    told = (await (await desk.sit()).subscribe(f"job:{job}"))["data"]["job"]
    assert (told["args"], "cut" in told) == ([10**400], False)


async def test_an_order_is_told_without_its_jobs_to_who_may_not_see_jobs(desk):
    kept = await desk.submit()
    ada, clerk = await desk.person(), await desk.person("clerk", None)
    await clerk.user_permissions.aadd(await Permission.objects.aget(codename="view_order"))
    all_of_it, some_of_it = await desk.sit(ada), await desk.sit(clerk)
    for _again in range(2):
        assert (await all_of_it.subscribe(f"order:{kept.id}"))["data"]["order"]["jobs"]
        told = (await some_of_it.subscribe(f"order:{kept.id}"))["data"]["order"]
        assert (told["number"], "jobs" in told) == (kept.number, False)
    await cancel(kept.id, actor="user:ada", reason="")
    assert "jobs" in (await all_of_it.frame("event"))["data"]["order"]
    event = (await some_of_it.frame("event"))["data"]["order"]
    assert (event["state"], "jobs" in event) == ("cancelled", False)


async def test_who_may_see_jobs_no_more_comes_back_and_is_told_of_orders_alone(desk):
    kept = await desk.submit()
    clerk = await desk.person("clerk", None)
    job, own = [await Permission.objects.aget(codename=name) for name in ("view_job", "view_order")]
    await clerk.user_permissions.aadd(own, job)
    seat, list_only = await desk.sit(clerk), await desk.sit(clerk)
    assert "jobs" in (await seat.subscribe(f"order:{kept.id}"))["data"]["order"]
    await list_only.subscribe("orders")
    await clerk.user_permissions.aremove(job)
    await desk.sockets.check()
    assert await seat.closed() == RESTART
    assert await list_only.silent()
    again = await desk.sit(clerk)
    assert "jobs" not in (await again.subscribe(f"order:{kept.id}"))["data"]["order"]
