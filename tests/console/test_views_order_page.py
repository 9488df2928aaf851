"""The page of one order: the job it waits for, and what its timeline tells once."""

import re

import pytest

from jobs import db
from tests.console.desk import ask_in_vain, browser, open_shop, order_in


async def stuck_order():
    """An order whose quote failed for good, and who was called; the failed job."""
    order = await order_in()
    async with db.connection() as conn:
        await conn.execute("UPDATE orders SET attention = 'no carrier' WHERE id = $1", order)
        await conn.execute("DELETE FROM job")
        made = await conn.fetch(
            "INSERT INTO job_history (id, task, queue, subject, run_at, created_at, state, finished_at)"
            " SELECT lpad(to_hex(n), 32, '0')::uuid, 'orders.tasks.' || task, 'outside', 'order:' || $1,"
            " clock(), clock(), state, clock() FROM (VALUES (1, 'secure', 'succeeded'),"
            " (2, 'quote', 'failed'), (3, 'alert', 'succeeded')) AS v (n, task, state) RETURNING id",
            str(order),
        )
    return order, made[1]["id"]


@pytest.mark.parametrize(("role", "retries"), [("viewer", False), ("operator", True)])
async def test_an_order_that_needs_a_person_leads_to_the_job_it_waits_for(database, role, retries):
    await open_shop()
    order, job = await stuck_order()
    page = (await (await browser(role)).get(f"/orders/{order}/")).content.decode()
    note = page[page.index('data-when="attention"') :].partition("</p>")[0]
    assert '<span id="stuck" data-when="stuck">' in note
    assert f'href="/jobs/{job}/">orders.<wbr>tasks.<wbr>quote</a>' in note
    assert (f'href="/jobs/{job}/retry/"' in note) is retries


async def test_an_order_whose_job_goes_on_leads_to_none(database):
    await open_shop()
    order = await order_in()
    page = (await (await browser("operator")).get(f"/orders/{order}/")).content.decode()
    assert '<span id="stuck" data-when="stuck" hidden>' in page


async def tell_again(order, *reasons):
    async with db.connection() as conn:
        await conn.execute(
            "INSERT INTO order_event (order_id, state, actor, reason)"
            " SELECT $1, 'fulfilling', 'task:quote', reason FROM unnest($2::text[]) AS reason",
            order,
            reasons,
        )


async def test_what_a_timeline_tells_several_times_on_end_is_one_entry(database):
    await open_shop()
    order = await order_in()
    await tell_again(order, "a: busy", "a: busy", "a: busy", "b: ill", "a: busy")
    page = (await (await browser("viewer")).get(f"/orders/{order}/")).content.decode()
    body = page.partition('data-list="events"')[2].partition("</template>")[2].partition("</ol>")[0]
    told = re.findall(
        r'data-as="said" data-value="([^"]*)".*?data-field="times"[^>]*>(\d*)<', body, re.DOTALL
    )
    assert told == [("", ""), ("a: busy", "3"), ("b: ill", ""), ("a: busy", "")]
    assert body.count("times, the first at") == 4
    assert body.count('<span class="by" data-when="times">') == 1


async def test_a_carriers_answers_that_it_gave_again_later_are_folded(database):
    await open_shop()
    order = await order_in()
    await ask_in_vain(order, 5)
    page = (await (await browser("viewer")).get(f"/orders/{order}/")).content.decode()
    shown, _, rest = page.partition('data-list="quotes"')[2].partition('class="fold"')
    assert shown.count('data-state="failed"') == 3
    assert 'data-value="12"' in rest
    assert rest.partition("</table>")[0].count('data-state="failed"') == 12
