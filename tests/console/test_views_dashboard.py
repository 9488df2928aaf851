"""The first page."""

import re
from datetime import UTC, datetime

import pytest_asyncio

from console.live.sampler import Sampler
from console.live.series import Series
from jobs import db
from tests.console.desk import browser, open_shop, order_in


@pytest_asyncio.fixture
async def page_of(database):
    """Renders the dashboard out of a sampler of this process."""
    sampler = Sampler(Series())
    sampler.start()

    async def render():
        await sampler.sample()
        return (await (await browser("viewer")).get("/")).content.decode()

    render.sampler = sampler
    yield render
    sampler.stop()


async def test_the_dashboard_counts_orders_and_jobs_and_has_a_place_for_the_chart(database):
    await open_shop()
    await order_in()
    page = (await (await browser("viewer")).get("/")).content.decode()
    assert 'data-topic="dashboard"' in page
    assert ">orders.<wbr>tasks.<wbr>secure</a>" in page, "a long name breaks after its dots"
    assert '<span data-field="received" data-as="count" data-value="1" class="num">1</span>' in page
    assert '<span data-field="ready" data-as="count" data-value="1" class="num">1</span>' in page
    assert 'id="chart"' in page
    assert "No process runs jobs now." in page


async def test_the_verdict_comes_first_and_each_reason_is_a_link(database):
    page = (await (await browser("viewer")).get("/")).content.decode()
    verdict = page[page.index('<section id="verdict"') :]
    verdict = verdict[: verdict.index("</section>")]
    assert 'data-tone="bad"' in verdict
    assert "Not well:" in verdict
    assert 'href="#workers"' in verdict
    assert "no process runs jobs" in verdict
    assert page.index('<section id="verdict"') < page.index('id="order-counts"')


async def test_without_scripts_the_page_shows_workers_errors_people_and_figures(page_of):
    await open_shop()
    order = await order_in()
    async with db.connection() as conn:
        await conn.execute("UPDATE orders SET attention = 'the <carrier> is away' WHERE id = $1", order)
        await conn.execute(
            "INSERT INTO worker (id, name, queues, lease_until, load) VALUES (gen_random_uuid(), 'mill:7',"
            ' \'{"orders": 4}\', clock() + interval \'9 s\', \'{"lag": 12, "queues": {"orders":'
            ' {"slots": 4, "busy": 3, "buffered": 17, "prefetch": 300}}}\')'
        )
        await conn.execute(
            "INSERT INTO attempt (job, task, number, fence, started_at, outcome, error_class, error)"
            " SELECT gen_random_uuid(), 'mill.grind', 1, 1, clock(), 'failed', 'Stone', 'a <stone> in it'"
            " FROM generate_series(1, 3)"
        )
        await conn.execute(
            "INSERT INTO job_minute (minute, task, queue, state, shard, count, wait_spread, run_spread)"
            " VALUES (date_trunc('minute', clock()), 't', 'q', 'succeeded', 0, 2,"
            " spread('{40, 40}'), spread('{1200, 1200}'))"
        )
    page = await page_of()
    assert "mill:7" in page
    assert 'data-field="buffered" data-as="count" data-value="17" class="num">17</span>' in page
    assert 'data-field="lag" data-as="span" data-value="12" class="num">12 ms</span>' in page
    assert "the &lt;carrier&gt; is away" in page
    assert "mill.grind" in page
    assert "a &lt;stone&gt; in it" in page
    assert 'data-field="run_p50" data-as="span" data-value="1236" class="num">1.2 s</span>' in page
    assert "orders that need a person: 1" in page
    assert re.search(
        r'<time data-field="last_at" data-as="age" datetime="[^"]+">(\d+ ms|\d\.\d s)</time>', page
    )
    assert "nobody serves the queue outside" in page


async def test_without_scripts_a_process_with_several_queues_is_named_once(page_of):
    async with db.connection() as conn:
        await conn.execute(
            "INSERT INTO worker (id, name, queues, lease_until) SELECT gen_random_uuid(), name,"
            " '{\"orders\": 4, \"default\": 2}', clock() + interval '9 s'"
            " FROM unnest('{mill:7,mill:8}'::text[]) AS name"
        )
    page = await page_of()
    body = page.partition('data-list="workers"')[2].partition("</tbody>")[0].partition("</template>")[2]
    assert re.findall(r'<tr data-id="[^"]+" role="row"( class="more")?>', body) == ["", ' class="more"'] * 2


async def test_without_scripts_the_charts_are_tables(page_of):
    await page_of.sampler.sample()
    page = await page_of()
    seconds = [point[0] for point in page_of.sampler.series.whole()["per_second"]]
    shown = datetime.fromtimestamp(seconds[0], UTC)
    assert f'data-number="{seconds[0]}">{shown:%H:%M:%S} UTC</td>' in page


async def test_a_ledger_that_does_not_add_up_names_the_rule_and_an_order(page_of):
    await open_shop()
    order = await order_in()
    async with db.connection() as conn:
        await conn.execute("UPDATE orders SET total = total + 1 WHERE id = $1", order)
    await page_of.sampler.prove()
    page = await page_of()
    assert "The ledger does not add up." in page
    assert "lines do not add up to its total" in page
    assert f'href="/orders/{order}/"' in page


async def test_the_live_status_is_connecting_until_the_socket_is_there(database):
    page = (await (await browser("viewer")).get("/")).content.decode()
    assert 'id="live-status" data-state="connecting"' in page
    for state in ("connecting", "live", "behind", "paused", "reconnecting", "signed-out"):
        assert f'<li data-of="say" data-code="{state}"' in page


async def test_no_order_that_needs_a_person_leads_nowhere(page_of):
    assert 'data-when="count" hidden>· <a class="inline" href="/orders/?attention=1">' in await page_of()


async def test_many_orders_that_need_a_person_lead_to_all_of_them(page_of, monkeypatch):
    await open_shop()
    monkeypatch.setattr("orders.store.MOST", 2)
    for name in ("console.views.dashboard.MOST", "console.live.verdict.MOST"):
        monkeypatch.setattr(name, 2)
    for _ in range(4):
        await order_in()
    async with db.connection() as conn:
        await conn.execute("UPDATE orders SET attention = 'look'")
    page = await page_of()
    assert 'data-when="count">· <a class="inline" href="/orders/?attention=1">show all</a>' in page
    assert ' data-most="2" data-value="3" class="num">2+</span>' in page
    assert "orders that need a person: 2+<" in page


async def test_an_error_on_purpose_is_named_so_and_one_nobody_answered_in_words(page_of, settings):
    settings.JOBS = settings.JOBS | {"STAGED": ["mill.grind"]}
    async with db.connection() as conn:
        await conn.execute(
            "INSERT INTO attempt (job, task, number, fence, started_at, outcome, error_class, error)"
            " SELECT gen_random_uuid(), task, 1, 1, clock(), 'failed', class, 'no'"
            " FROM (VALUES ('mill.grind', 'Stone'), ('orders.tasks.quote', 'orders.tasks.NoAnswer')) AS v"
            " (task, class)"
        )
    page = await page_of()
    assert "no carrier answers (rounds in the last hour: 1, the last " in page
    rows = page.partition('data-list="errors"')[2].partition("</template>")[2].partition("</tbody>")[0]
    [staged, quote] = sorted(rows.split("</tr>")[:2], key=lambda row: "orders.tasks.quote" in row)
    assert 'data-when="staged">on purpose</span>' in staged
    assert 'data-when="staged" hidden>' in quote
    assert ">no carrier answered</span>" in quote
