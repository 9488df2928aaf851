"""What watchers of an account are told."""

from jobs import db
from jobs.changes import Change
from orders.catalogue import deposit
from orders.store import account_detail


async def test_an_account_is_told_whole_when_its_balance_changes(desk):
    async with db.connection() as conn:
        before = await account_detail(conn, "wallet:C001:EUR")
    ada = await desk.person()
    seat, other = await desk.sit(ada), await desk.sit(ada)
    topic = f"account:{before['id']}"
    snapshot = await seat.subscribe(topic)
    assert snapshot["data"]["account"]["posted"] == before["posted"]
    await other.subscribe(topic)
    assert len(desk.hub.watches) == 1, "however many watch, it is read once"
    await deposit("C001", "EUR", 700, None, "test", "more")
    told = (await seat.frame("event"))["data"]["account"]
    assert told["posted"] == before["posted"] + 700
    assert told["transfers"][0]["amount"] == 700
    assert (await other.frame("event"))["data"]["account"] == told


async def test_an_account_that_changed_unheard_is_found_by_reading_again(desk):
    async with db.connection() as conn:
        account = await account_detail(conn, "wallet:C001:EUR")
        seat = await desk.sit()
        await seat.subscribe(f"account:{account['id']}")
        await conn.execute(
            "UPDATE balance SET held = 5, version = version + 1 WHERE account = $1", account["id"]
        )
    await desk.rounds.reread()
    assert (await seat.frame("event"))["data"]["account"]["held"] == 5


async def test_the_list_of_accounts_hears_of_each_balance_that_changes_once(desk):
    async with db.connection() as conn:
        account = await account_detail(conn, "wallet:C001:EUR")
    seat = await desk.sit()
    snapshot = await seat.subscribe("accounts")
    assert snapshot["data"] == {"rows": [], "changed": True}
    await deposit("C001", "EUR", 700, None, "test", "more")
    told = {row["code"]: row for row in (await seat.frame("event"))["data"]["rows"]}
    row = told["wallet:C001:EUR"]
    assert (row["id"], row["posted"]) == (str(account["id"]), account["posted"] + 700)
    assert len(told) == 2, "and of where the money came from"
    desk.hub.hear([Change("account", row["id"], row["version"])])
    assert await seat.silent()
