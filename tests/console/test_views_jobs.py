"""The pages of jobs: the list and one job."""

from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from jobs import db, moves, store
from jobs.models import Attempt
from orders.store import order_rows
from tests.console.desk import browser, open_shop, order_in
from tests.jobs.test_moves import worker


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
    assert (await viewer.get("/jobs/?after=x")).status_code == 404


async def test_the_counts_beside_a_list_are_of_its_filter_and_its_states_keep_it(database):
    await open_shop()
    await order_in()
    viewer = await browser("viewer")
    for address, ready in {
        "": 1,
        "?task=orders.tasks.secure": 1,
        "?task=shop.greet": 0,
        "?queue=x": 0,
    }.items():
        page = (await viewer.get(f"/jobs/{address}")).content.decode()
        assert f'data-field="ready" data-as="count" data-value="{ready}"' in page, address
        assert ("No job is like that" in page) == bool(address)
    page = (await viewer.get("/jobs/?state=ready&queue=orders")).content.decode()
    assert 'href="?state=failed&amp;queue=orders"' in page
    assert 'href="?queue=orders"' in page


async def test_a_filter_with_one_order_only_is_led_to_without_the_other_order(database):
    viewer = await browser("viewer")
    page = (await viewer.get("/jobs/?sort=-finished")).content.decode()
    assert 'href="?state=failed"' in page
    assert 'href="?sort=-finished"' in page
    assert 'href="?sort=made&amp;state=failed"' in (await viewer.get("/jobs/?sort=made")).content.decode()
    answer = await viewer.get("/jobs/?state=failed&sort=-finished", follow=True)
    assert answer.redirect_chain == [("/jobs/?state=failed", 302)]
    assert "the list has one order only" in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "leads"),
    [
        pytest.param("{job}", "/jobs/{job}/", id="an id"),
        pytest.param("secure", "/jobs/?task=orders.tasks.secure", id="part of a task's name"),
        pytest.param("{order}", "/jobs/?subject=order%3A{order}", id="an order's id"),
        pytest.param("#{number}", "/jobs/?subject=order%3A{order}", id="an order's number"),
        pytest.param("shop.tasks.greet", "/jobs/?task=shop.tasks.greet", id="a task of earlier days"),
    ],
)
async def test_one_box_finds_it_whatever_it_is(database, typed, leads):
    await open_shop()
    order = await order_in()
    job = await job_of(order)
    async with db.connection() as conn:
        number = (await order_rows(conn, [order]))[0]["number"]
    answer = await (await browser("viewer")).get(
        "/jobs/", {"q": typed.format(job=job, order=order, number=number)}
    )
    assert answer.headers["Location"] == leads.format(job=job, order=order)


async def test_a_job_names_its_order_and_its_arguments(database):
    await open_shop()
    order = await order_in()
    job = await job_of(order)
    page = (await (await browser("viewer")).get(f"/jobs/{job}/")).content.decode()
    assert f'data-topic="job:{job}"' in page
    assert f'href="/orders/{order}/"' in page
    assert "orders.tasks.secure" in page
    assert "Attempts that fail, and what people do with the job, stand here." in page


async def test_an_attempt_that_failed_shows_its_error_once_and_its_traceback(database):
    await open_shop()
    job = await job_of(await order_in())
    now = timezone.now()
    failed = Attempt(job=UUID(job), number=1, fence=1, started_at=now, ended_at=now, outcome="failed")
    failed.error_class, failed.error, failed.traceback = "shop.Closed", "Closed: at noon", "in <shop>"
    await failed.asave()
    page = (await (await browser("viewer")).get(f"/jobs/{job}/")).content.decode()
    assert "Closed: at noon" in page
    assert "shop.Closed" not in page
    assert "in &lt;shop&gt;" in page


@pytest.mark.parametrize("id", [uuid4(), "x"])
async def test_an_unknown_job_is_not_found(database, id):
    assert (await (await browser("viewer")).get(f"/jobs/{id}/")).status_code == 404


async def test_a_running_jobs_page_names_its_workers_process(database):
    await open_shop()
    job, me = await job_of(await order_in()), await worker()
    viewer = await browser("viewer")
    page = (await viewer.get(f"/jobs/{job}/")).content.decode()
    assert '<div data-when="worker" hidden>' in page
    async with db.connection() as conn:
        await conn.execute("UPDATE worker SET name = 'mill:7' WHERE id = $1", me)
        await moves.claim(conn, "orders", 1, me)
    page = (await viewer.get(f"/jobs/{job}/")).content.decode()
    assert '<div data-when="worker">' in page
    assert '<span data-field="process" data-as="text">mill:7</span>' in page
    assert str(me) in page
