"""What a topic's snapshot holds, and that it is never more than a socket carries."""

from uuid import UUID

import pytest

from console.live.frames import encode
from console.live.sources import MAX_JOB, UNBOUNDED, DetailSource
from console.live.topics import Topic
from console.wire import MAX_UNSENT
from jobs import db
from orders.catalogue import add_products
from orders.schema import MAX_LINES

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
