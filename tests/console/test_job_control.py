"""Jobs controlled from a door: the audit, and the order that waits for one."""

from uuid import UUID

import pytest

from console.job_control import control_job, order_of
from jobs import db
from jobs.enqueue import NewJob, enqueue_on
from orders import store
from orders.cancel import cancel
from orders.ledger_check import check
from tests.console.desk import open_shop, order_in


async def detail(order):
    async with db.connection() as conn:
        return await store.order_detail(conn, order)


async def do(action, job, reason="because"):
    return await control_job(action, UUID(job["id"]), actor="user:ada", reason=reason)


async def audited():
    async with db.connection() as conn:
        return await db.fetch_dicts(conn, "SELECT action, subject, actor, reason FROM audit ORDER BY id")


async def test_an_order_whose_job_is_cancelled_says_that_it_needs_a_person(database):
    await open_shop()
    order = await order_in()
    (job,) = (await detail(order))["jobs"]
    assert (await do("cancel", job)).code == ""
    found = await detail(order)
    assert (found["state"], found["attention"]) == ("received", "its job secure was cancelled")
    assert found["events"][-1]["actor"] == "user:ada"
    assert found["jobs"][0]["state"] == "cancelled"
    told = [row for row in await audited() if row["actor"] == "user:ada"][-1]
    assert told == {
        "action": "job.cancel",
        "subject": f"job:{job['id']}",
        "actor": "user:ada",
        "reason": "because",
    }
    assert await check() == []


async def test_a_retried_job_takes_its_order_on_again(database):
    await open_shop()
    order = await order_in()
    (job,) = (await detail(order))["jobs"]
    await do("cancel", job)
    assert (await do("retry", job)).state == "ready"
    assert [row["state"] for row in (await detail(order))["jobs"]] == ["ready"]
    assert await check() == []


async def test_what_changes_nothing_is_not_audited(database):
    await open_shop()
    (job,) = (await detail(await order_in()))["jobs"]
    before = len(await audited())
    assert (await do("retry", job)).code == "to-come"
    assert len(await audited()) == before


async def test_an_order_at_its_end_needs_nobody_for_its_jobs(database):
    await open_shop()
    order = await order_in()
    await cancel(order, actor="user:ada")
    late = NewJob("orders.tasks.secure", args=[str(order)], subject=f"order:{order}")
    async with db.transaction() as tx:
        await enqueue_on(tx, [late])
    assert (await control_job("cancel", late.id, actor="user:ada")).code == ""
    assert (await detail(order))["attention"] == ""


@pytest.mark.parametrize("subject", ["", "order:", "order:x", "thing:0192f0c4-7b1e-7cc3-98c4-dc0c0c07398f"])
def test_other_subjects_are_no_orders(subject):
    assert order_of(subject) is None
