"""The pages of orders: the list, one order."""

import re
from uuid import uuid4

import pytest
from django.utils import timezone

from jobs import db
from orders import store
from orders.catalogue import add_customers
from orders.steps import take_step
from tests.console.desk import browser, open_shop, order_in
from tests.orders.desk import secure


async def orders():
    async with db.connection() as conn:
        return await store.orders_page(conn)


async def test_the_list_shows_newest_orders_first_and_the_row_to_clone(database):
    await open_shop()
    first, second = await order_in(), await order_in(lines=2)
    page = (await (await browser("viewer")).get("/orders/")).content.decode()
    assert page.index(str(second)) < page.index(str(first))
    assert 'data-topic="orders"' in page
    blank = re.search(r"<template>\s*<tr.*?</template>", page, re.DOTALL)[0]
    row = re.search(rf'<tr data-id="{first}".*?</tr>', page, re.DOTALL)[0]
    assert re.findall(r"data-field=\"\w+\" data-as=\"\w+\"", blank) == re.findall(
        r"data-field=\"\w+\" data-as=\"\w+\"", row
    )
    assert "4.50 EUR" in row
    assert 'data-state="received"' in row


async def test_the_list_is_cut_to_one_state(database):
    await open_shop()
    order = await order_in()
    viewer = await browser("viewer")
    assert str(order) in (await viewer.get("/orders/?state=received")).content.decode()
    page = (await viewer.get("/orders/?state=fulfilled")).content.decode()
    assert str(order) not in page
    assert "No order is like that" in page
    assert 'data-filter-state="fulfilled"' in page
    assert (await viewer.get("/orders/?state=sideways")).status_code == 404


async def test_older_orders_are_on_the_next_page_and_new_ones_do_not_push_in(database):
    await open_shop()
    made = [str(await order_in()) for _ in range(51)]
    viewer = await browser("viewer")
    page = (await viewer.get("/orders/")).content.decode()
    assert f'data-id="{made[0]}"' not in page
    older = re.search(r'rel="next" href="([^"]+)"', page)[1]
    page = (await viewer.get("/orders/" + older)).content.decode()
    assert f'data-id="{made[0]}"' in page
    assert f'data-id="{made[1]}"' not in page
    assert "data-insert" not in page


async def test_a_number_leads_to_its_order(database):
    await open_shop()
    order = await order_in()
    number = (await orders())[0]["number"]
    viewer = await browser("viewer")
    assert (await viewer.get(f"/orders/?q=%23{number}")).headers["Location"] == f"/orders/{order}/"
    for unknown in ("999999999999", "9" * 40, "x", "²"):
        page = (await viewer.get("/orders/", {"q": unknown})).content.decode()
        assert f"No order has the number, id or reference “{unknown}”" in page


@pytest.mark.parametrize(
    ("typed", "leads"),
    [
        pytest.param("{id}", "/orders/{id}/", id="an id"),
        pytest.param("R 7", "/orders/{id}/", id="a reference"),
        pytest.param("C001", "/orders/?customer=C001", id="a customer's code"),
        pytest.param("lovelace", "/orders/?customer=C001", id="a customer's name"),
    ],
)
async def test_one_box_finds_it_whatever_it_is(database, typed, leads):
    await open_shop()
    order = await order_in(reference="R 7")
    answer = await (await browser("viewer")).get("/orders/", {"q": typed.format(id=order)})
    assert answer.headers["Location"] == leads.format(id=order)


async def test_where_several_customers_would_do_they_are_offered(database):
    await open_shop()
    await add_customers([{"code": f"N{n}", "name": f"Noyce {n}", "currencies": ["EUR"]} for n in range(2)])
    page = (await (await browser("viewer")).get("/orders/?q=noyce")).content.decode()
    assert "Several customers are called “noyce”." in page
    assert [code for code in ("C002", "N0", "N1", "C001") if f"?customer={code}" in page] == [
        "C002",
        "N0",
        "N1",
    ]


async def test_the_list_is_narrowed_by_what_an_index_serves_and_says_what_it_left_out(database):
    await open_shop()
    order = str(await order_in())
    viewer = await browser("viewer")
    today = timezone.now().date().isoformat()
    for address, there in {
        "?customer=C001": True,
        "?customer=C002": False,
        "?door=api&state=received": True,
        "?door=form": False,
        "?attention=1": False,
        f"?since={today}&until={today}": True,
        "?until=2020-01-01": False,
        "?sort=total": True,
        "?state=received&sort=-updated": True,
    }.items():
        page = (await viewer.get(f"/orders/{address}")).content.decode()
        assert (f'data-id="{order}"' in page) is there, address
    answer = await viewer.get("/orders/?customer=C001&door=api&sort=total&until=", follow=True)
    assert answer.redirect_chain == [("/orders/?customer=C001", 302)]
    page = answer.content.decode()
    assert "“Door” is left out" in page
    assert "the list has one order only" in page
    for days in ("since=tomorrow", "until=9999-12-31"):
        assert "A day is written like" in (await viewer.get(f"/orders/?{days}")).content.decode()


ID = "00000000-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    "address",
    [
        "?sort=name",
        "?after=x",
        "?sort=total&after=EUR",
        "?customer=%00",
        f"?sort=updated&after=0001-01-01T00:00:00%2B14:00~{ID}",
        f"?sort=updated&after=9999-12-31T23:59:59-14:00~{ID}",
    ],
)
async def test_an_address_that_makes_no_sense_is_not_found(database, address):
    assert (await (await browser("viewer")).get(f"/orders/{address}")).status_code == 404


@pytest.mark.parametrize(
    ("address", "filter"),
    [
        pytest.param("?attention=yes", 'data-filter-attention="1"', id="whatever is said of a person"),
        pytest.param("?customer=C001", 'data-filter-customer="C001"', id="one it decides"),
        pytest.param(f"?door={'x' * 201}", 'data-filter-other="1"', id="longer than it takes"),
        pytest.param("?sort=-total", 'data-filter-other="1"', id="another order"),
    ],
)
async def test_a_list_is_watched_under_a_filter_the_hub_takes(database, address, filter):
    await open_shop()
    page = (await (await browser("viewer")).get(f"/orders/{address}")).content.decode()
    assert re.findall(r"data-filter-\S+=\"[^\"]*\"", page) == [filter]


async def test_going_back_to_the_beginning_comes_to_its_address(database):
    await open_shop()
    made = [str(await order_in()) for _ in range(52)]
    viewer = await browser("viewer")
    second = (await viewer.get(f"/orders/?after={made[2]}")).content.decode()
    newer = re.search(r'rel="prev" href="([^"]+)"', second)[1]
    assert (await viewer.get("/orders/" + newer)).headers["Location"] == "/orders/"


async def test_an_order_has_its_lines_timeline_and_jobs(database):
    await open_shop()
    order = await order_in(lines=2, reference="R<1>")
    page = (await (await browser("viewer")).get(f"/orders/{order}/")).content.decode()
    assert f'data-topic="order:{order}"' in page
    assert "R&lt;1&gt;" in page
    assert page.count("Green tea") == 2
    assert "user:ada" in page
    assert "orders.tasks.secure" in page
    assert "No carrier was asked." in page


async def test_a_step_of_ones_own_is_told_from_the_state_it_was_taken_in(database, settings):
    settings.ORDER_STEPS = ["tests.orders.sample_steps.wrap"]
    await open_shop()
    order = await order_in()
    await secure(order)
    async with db.transaction() as tx:
        assert await take_step(tx, order, settings.ORDER_STEPS[0], "a gift wrapped", actor="task:wrap")
    page = (await (await browser("viewer")).get(f"/orders/{order}/")).content.decode()
    timeline = page[page.index('data-list="events"') : page.index("Carriers asked")]
    shown = re.findall(
        r'data-id=".*?data-of="event" data-state="(\w+)".*?<span>(\w+)</span>.*?"actor".*?>(.*?)<',
        timeline,
        re.S,
    )
    assert shown == [
        ("received", "received", "user:ada"),
        ("secured", "secured", "task:secure"),
        ("step", "step", "task:wrap"),
    ]


@pytest.mark.parametrize("id", [uuid4(), "x", "0"])
async def test_an_unknown_order_is_not_found(database, id):
    assert (await (await browser("viewer")).get(f"/orders/{id}/")).status_code == 404


async def test_the_counts_beside_one_customers_orders_are_of_that_customer(database):
    await open_shop()
    await order_in()
    viewer = await browser("viewer")
    for address, received in {
        "?customer=C001": 1,
        "?customer=C001&state=failed": 1,
        "?customer=C001&sort=total": 1,
        "?customer=C002": 0,
        "": 1,
    }.items():
        page = (await viewer.get(f"/orders/{address}", follow=True)).content.decode()
        assert re.search(rf'data-field="received" data-as="count"[^>]* data-value="{received}"', page), (
            address
        )
    for address in ("?customer=C001&door=api", "?door=api", "?customer=nobody"):
        page = (await viewer.get(f"/orders/{address}")).content.decode()
        assert 'data-field="received" data-as="count"' not in page, address


async def test_the_counts_beside_orders_that_need_a_person_are_of_those(database, monkeypatch):
    await open_shop()
    stuck = [await order_in() for _ in range(3)]
    await order_in()
    async with db.connection() as conn:
        await conn.execute("UPDATE orders SET attention = 'look' WHERE id = ANY ($1)", stuck)
    viewer = await browser("viewer")
    page = (await viewer.get("/orders/?attention=1")).content.decode()
    for state, n in (("received", 3), ("fulfilled", 0)):
        assert f'data-field="{state}" data-as="count" data-most="1000" data-value="{n}"' in page
    monkeypatch.setattr(store, "MOST", 2)
    assert ' class="num">2+</span>' in (await viewer.get("/orders/?attention=1")).content.decode()
