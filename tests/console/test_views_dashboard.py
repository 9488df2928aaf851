"""The first page."""

from tests.console.desk import browser, open_shop, order_in


async def test_the_dashboard_counts_orders_and_jobs_and_has_a_place_for_the_chart(database):
    await open_shop()
    await order_in()
    page = (await (await browser("viewer")).get("/")).content.decode()
    assert 'data-topic="dashboard"' in page
    assert '<span data-field="received" data-as="count" data-value="1" class="num">1</span>' in page
    assert '<span data-field="ready" data-as="count" data-value="1" class="num">1</span>' in page
    assert 'id="chart"' in page
    assert "No process runs jobs now." in page


async def test_the_live_status_is_connecting_until_the_socket_is_there(database):
    page = (await (await browser("viewer")).get("/")).content.decode()
    assert 'id="live-status" data-state="connecting"' in page
    for state in ("connecting", "live", "behind", "paused", "reconnecting", "signed-out"):
        assert f'<li data-of="say" data-code="{state}"' in page
