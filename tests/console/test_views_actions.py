"""The buttons of the detail pages: who sees which, what they do, and what a lost race is told."""

import re
from uuid import UUID, uuid4

import pytest

from jobs import db, moves
from jobs.enqueue import NewJob, enqueue_on
from jobs.outcome import Outcome
from orders import store
from orders.cancel import cancel
from tests.console.desk import browser, open_shop, order_in
from tests.jobs.test_moves import worker


async def read(client, address):
    """A page, without the words it keeps for its scripts."""
    page = (await client.get(address)).content.decode()
    return page[: page.index('<template id="words">')]


async def told(client, address, **form):
    """What the page says after a POST and its redirect."""
    answer = await client.post(address, form)
    assert answer.status_code == 302
    page = await read(client, answer.headers["Location"])
    return re.findall(r'<p class="note (\w+)" role="status">(.*?)</p>', page)


async def put(**more):
    job = NewJob("shop.greet", **more)
    async with db.transaction() as tx:
        await enqueue_on(tx, [job])
    return job.id


async def finish(id, kind, result="null"):
    me = await worker()
    async with db.connection() as conn:
        (claimed,) = await moves.claim(conn, "default", 1, me)
        assert claimed.id == id
        assert await moves.finish(conn, [Outcome(claimed, kind, result=result, error="no")])


async def state(order):
    async with db.connection() as conn:
        return (await store.order_rows(conn, [order]))[0]["state"]


def shown(page, action):
    """Whether the button of an action is there and to be seen."""
    button = re.search(rf'<a class="button quiet"[^>]*data-may="{action}"[^>]*>', page)
    return button is not None and "hidden" not in button[0]


def hands(page):
    """What people did with a job, as its timeline tells it: what, who, why."""
    timeline = page[page.index("</template>", page.index('data-list="attempts"')) :].partition("</ol>")[0]
    return re.findall(
        r'data-of="outcome" data-state="(\w+)".*?'
        r'data-field="actor"[^>]*>([^<]*)<.*?data-field="error"[^>]*>([^<]*)<',
        timeline,
        re.DOTALL,
    )


async def test_an_order_is_cancelled_once_and_its_page_says_so(database):
    await open_shop()
    order = await order_in()
    operator = await browser("operator")
    address = f"/orders/{order}/cancel/"
    page = await read(operator, f"/orders/{order}/")
    assert shown(page, "order-cancel")
    assert f'action="{address}"' in page
    ((kind, words),) = await told(operator, address, reason="sold <out>\x00")
    assert (kind, bool(re.fullmatch(r"Order \d+ is cancelled\.", words))) == ("success", True)
    page = await read(operator, f"/orders/{order}/")
    assert "sold &lt;out&gt;" in page
    assert not shown(page, "order-cancel")
    assert "It is cancelled already." in page
    ((kind, words),) = await told(operator, address)
    assert (kind, "nothing changed" in words) == ("info", True)


async def test_who_loses_the_race_is_told_in_words(database):
    await open_shop()
    order = await order_in()
    operator = await browser("operator")
    async with db.connection() as conn:
        await conn.execute("UPDATE orders SET state = 'fulfilled' WHERE id = $1", order)
    ((kind, words),) = await told(operator, f"/orders/{order}/cancel/")
    assert (kind, "It is fulfilled: paid and handed out." in words) == ("error", True)
    assert await state(order) == "fulfilled"


async def test_without_scripts_the_button_is_a_page_with_the_same_form(database):
    await open_shop()
    order = await order_in()
    operator = await browser("operator")
    page = await read(operator, f"/orders/{order}/cancel/")
    assert f'action="/orders/{order}/cancel/"' in page
    assert 'name="reason"' in page
    assert "csrfmiddlewaretoken" in page
    assert f'href="/orders/{order}/"' in page
    assert await state(order) == "received", "a page that is looked at changes nothing"
    await cancel(order, actor="user:ada")
    page = await read(operator, f"/orders/{order}/cancel/")
    assert "It is cancelled already." in page
    assert 'name="reason"' not in page


async def test_who_may_only_look_sees_no_button_and_no_command(database):
    await open_shop()
    order, job = await order_in(), await put()
    viewer = await browser("viewer")
    for address in (f"/orders/{order}/", f"/jobs/{job}/"):
        page = await read(viewer, address)
        assert "data-may" not in page
        assert "<dialog" not in page
        assert "manage.py" not in page
        assert "/api/v1/" in page


async def test_a_job_is_cancelled_and_retried_and_each_only_once(database):
    job = await put()
    operator = await browser("operator")
    assert await told(operator, f"/jobs/{job}/cancel/") == [("success", "The job is cancelled.")]
    assert await told(operator, f"/jobs/{job}/cancel/") == [
        ("info", "The job was cancelled before: nothing changed.")
    ]
    page = await read(operator, f"/jobs/{job}/")
    assert (shown(page, "job-retry"), shown(page, "job-cancel")) == (True, False)
    assert hands(page) == [("cancelled", "user:alice", "")]
    assert await told(operator, f"/jobs/{job}/retry/", reason="again") == [
        ("success", "The job is in its queue again.")
    ]
    assert await told(operator, f"/jobs/{job}/retry/") == [
        ("info", "The job is in its queue already: nothing changed.")
    ]
    page = await read(operator, f"/jobs/{job}/")
    assert (shown(page, "job-retry"), shown(page, "job-cancel")) == (False, True)
    assert hands(page) == [("cancelled", "user:alice", ""), ("retried", "user:alice", "again")]


async def test_a_job_that_runs_or_succeeded_says_why_not(database):
    job = await put()
    operator = await browser("operator")
    me = await worker()
    async with db.connection() as conn:
        (claimed,) = await moves.claim(conn, "default", 1, me)
    words = "The job was not cancelled. It is running: only what nobody runs can be cancelled."
    assert await told(operator, f"/jobs/{job}/cancel/") == [("error", words)]
    async with db.connection() as conn:
        await moves.finish(conn, [Outcome(claimed, "succeeded", result="1")])
    words = "The job was not retried. It succeeded: run again, it might do its work twice."
    assert await told(operator, f"/jobs/{job}/retry/") == [("error", words)]


@pytest.mark.parametrize("action", ["cancel", "retry"])
async def test_the_question_before_a_jobs_action_is_a_page_too(database, action):
    job = await put()
    page = await read(await browser("operator"), f"/jobs/{job}/{action}/")
    assert ('name="reason"' in page) == (action == "cancel")
    assert ("It is still going to run." in page) == (action == "retry")


@pytest.mark.parametrize("address", ["orders/{}/cancel/", "jobs/{}/cancel/", "jobs/{}/retry/"])
async def test_what_nobody_knows_is_not_found(database, address):
    operator = await browser("operator")
    for id in (uuid4(), "x"):
        assert (await operator.get("/" + address.format(id))).status_code == 404
        assert (await operator.post("/" + address.format(id))).status_code == 404


async def test_a_job_shows_its_order_and_the_orders_other_jobs(database):
    await open_shop()
    order = await order_in()
    async with db.connection() as conn:
        (job,) = (await store.order_detail(conn, order))["jobs"]
    other = await put(subject=f"order:{order}")
    viewer = await browser("viewer")
    page = await read(viewer, f"/jobs/{job['id']}/")
    assert f'data-topic="order:{order}"' in page
    assert f'href="/jobs/{other}/"' in page
    beside = page[page.index(f'data-topic="order:{order}"') :]
    assert 'data-of="order" data-state="received"' in beside
    assert f'href="/jobs/{job["id"]}/"' in await read(viewer, f"/orders/{order}/")


async def test_a_long_order_shows_its_first_lines_and_all_when_asked(database):
    await open_shop()
    order = await order_in(lines=60)
    viewer = await browser("viewer")
    page = await read(viewer, f"/orders/{order}/")
    assert page.count("Green tea") == 50
    assert "Show all 60 lines" in page
    page = await read(viewer, f"/orders/{order}/?lines=all")
    assert page.count("Green tea") == 60
    assert "Show all" not in page


async def test_a_long_result_is_cut_and_there_as_a_file(database):
    job = await put()
    await finish(job, "succeeded", result='["' + "x" * 500_000 + '"]')
    viewer = await browser("viewer")
    page = await read(viewer, f"/jobs/{job}/")
    assert len(page) < 100_000
    assert 'data-as="tree" data-cut' in page
    file = f"/jobs/{job}/result.json"
    assert f'href="{file}"' in page
    answer = await viewer.get(file)
    assert answer.json() == ["x" * 500_000]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="job-{job}-result.json"'
    assert f"/jobs/{job}/args.json" not in page
    assert (await viewer.get(f"/jobs/{job}/worker.json")).status_code == 404
    assert (await viewer.get(f"/jobs/{UUID(int=1)}/result.json")).status_code == 404
