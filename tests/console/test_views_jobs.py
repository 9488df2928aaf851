"""The pages of jobs: the list and one job."""

from uuid import uuid4

import pytest

from jobs import db, store
from tests.console.desk import browser, open_shop, order_in


async def job_of(order):
    async with db.connection() as conn:
        return (await store.jobs_about(conn, f"order:{order}"))[0]["id"]


async def test_the_list_shows_jobs_and_is_cut_to_a_state_a_queue_or_a_task(database):
    await open_shop()
    job = await job_of(await order_in())
    viewer = await browser("viewer")
    shown = ["", "?state=ready", "?queue=orders", "?task=orders.tasks.secure"]
    hidden = ["?state=failed", "?queue=outside", "?task=orders.tasks.quote"]
    for address in shown:
        assert job in (await viewer.get(f"/jobs/{address}")).content.decode()
    for address in hidden:
        page = (await viewer.get(f"/jobs/{address}")).content.decode()
        assert job not in page
        assert "data-filter-" in page
    assert (await viewer.get("/jobs/?state=sideways")).status_code == 404
    assert (await viewer.get("/jobs/?queue=%00")).status_code == 404
    assert (await viewer.get("/jobs/?before=x")).status_code == 404


async def test_a_job_names_its_order_and_its_arguments(database):
    await open_shop()
    order = await order_in()
    job = await job_of(order)
    page = (await (await browser("viewer")).get(f"/jobs/{job}/")).content.decode()
    assert f'data-topic="job:{job}"' in page
    assert f'href="/orders/{order}/"' in page
    assert "orders.tasks.secure" in page
    assert "None." in page


@pytest.mark.parametrize("id", [uuid4(), "x"])
async def test_an_unknown_job_is_not_found(database, id):
    assert (await (await browser("viewer")).get(f"/jobs/{id}/")).status_code == 404
