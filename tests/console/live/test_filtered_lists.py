"""What watchers of a list under a filter are told."""

from jobs import db
from jobs.changes import Change


async def test_a_filtered_list_hears_what_comes_in_and_what_leaves(desk):
    seat = await desk.sit()
    assert (await seat.subscribe("orders", filter={"state": "received"}))["data"]["rows"] == []
    answer = await desk.submit()
    assert (await seat.frame("event"))["data"]["rows"][0]["id"] == str(answer.id)
    async with db.connection() as conn:
        await conn.execute("UPDATE orders SET state = 'cancelled', version = version + 1")
    desk.hub.hear([Change("order", str(answer.id), 2)])
    data = (await seat.frame("event"))["data"]
    assert (data["gone"], data["rows"][0]["state"]) == ([str(answer.id)], "cancelled")


async def test_rows_of_another_filter_are_not_told(desk):
    seat = await desk.sit()
    await seat.subscribe("orders", filter={"state": "fulfilled"})
    everything = await desk.sit(await desk.person("bob"))
    await everything.subscribe("orders")
    await desk.submit()
    await everything.frame("event")
    assert await seat.silent()


async def test_with_any_other_filter_one_hears_that_the_list_changed(desk):
    seat = await desk.sit()
    snapshot = await seat.subscribe("orders", filter={"other": "1"})
    assert (snapshot["data"]["rows"], snapshot["data"]["changed"]) == ([], True)
    answer = await desk.submit()
    told = (await seat.frame("event"))["data"]
    # The row is told, too, for pages that show it: their list they read again when their reader wants it.
    assert ([row["id"] for row in told["rows"]], told["changed"]) == ([str(answer.id)], True)


async def test_counts_beside_a_customers_orders_are_of_that_customer_and_stay_so(desk):
    seat = await desk.sit()
    answer = await desk.submit()
    snapshot = await seat.subscribe("orders", filter={"customer": "C001", "state": "fulfilled"})
    assert snapshot["data"]["rows"] == []
    assert (snapshot["data"]["counts"]["received"], snapshot["data"]["counts"]["cancelled"]) == (1, 0)
    nobody = await desk.sit(await desk.person("bob"))
    others = await nobody.subscribe("orders", filter={"customer": "C002"})
    assert set(others["data"]["counts"].values()) == {0}
    await desk.rounds.sample()
    await desk.rounds.apart()
    assert await seat.silent()
    assert await nobody.silent(), "what is counted of everybody is not told beside one customer's orders"

    everything = await desk.sit(await desk.person("eve"))
    await everything.subscribe("orders")
    async with db.connection() as conn:
        await conn.execute("UPDATE orders SET state = 'cancelled', version = version + 1")
    desk.hub.hear([Change("order", str(answer.id), 2)])
    await everything.frame("event")
    await desk.rounds.sample()
    await desk.rounds.apart()
    counts = (await seat.frame("event"))["data"]["counts"]
    assert (counts["received"], counts["cancelled"]) == (0, 1)
    await desk.rounds.sample()
    await desk.rounds.apart()
    assert await seat.silent()
    assert await nobody.silent()


async def test_counts_under_any_other_filter_beside_a_customer_are_nobodys(desk):
    seat = await desk.sit()
    await desk.submit()
    snapshot = await seat.subscribe("orders", filter={"customer": "C001", "door": "api"})
    assert "counts" not in snapshot["data"]
    await desk.rounds.sample()
    await desk.rounds.apart()
    assert await seat.silent()


async def test_counts_beside_orders_that_need_a_person_are_of_those_and_stay_so(desk):
    seat, answer = await desk.sit(), await desk.submit()
    snapshot = await seat.subscribe("orders", filter={"attention": "1", "state": "fulfilled"})
    assert set(snapshot["data"]["counts"].values()) == {0}
    await desk.rounds.sample()
    await desk.rounds.apart()
    assert await seat.silent(), "what is counted of everybody is not told here"
    everything = await desk.sit(await desk.person("eve"))
    await everything.subscribe("orders")
    for attention, counted in (("look", 1), ("", 0)):
        async with db.connection() as conn:
            await conn.execute("UPDATE orders SET attention = $1, version = version + 1", attention)
        desk.hub.hear([Change("order", str(answer.id), 2)])
        await everything.frame("event")
        await desk.rounds.apart()
        assert (await seat.frame("event"))["data"]["counts"]["received"] == counted
    await desk.rounds.apart()
    assert await seat.silent()
