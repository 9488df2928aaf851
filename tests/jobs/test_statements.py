"""Statements by name, and a page's read the other way."""

import pytest

from jobs.statements import sql, turned
from orders.statements import sql as orders_sql

PAGES = [
    *(sql(name) for name in ("jobs_hot_page", "history_by_state", "history_by_task", "jobs_by_finished")),
    *(
        orders_sql(name)
        for name in ("orders_by_received", "orders_of_customer", "orders_by_total", "accounts_page")
    ),
]


def test_the_other_way_every_sort_and_every_bound_is_turned_and_nothing_else():
    down = "SELECT a FROM t WHERE (a, b) < ($1, $2) AND a >= $3 AND c <> '' ORDER BY a DESC, b DESC\nLIMIT $4"
    up = "SELECT a FROM t WHERE (a, b) > ($1, $2) AND a <= $3 AND c <> '' ORDER BY a ASC, b ASC\nLIMIT $4"
    assert turned(down) == up


@pytest.mark.parametrize("text", PAGES)
def test_twice_turned_is_as_before(text):
    assert turned(text) != text
    assert turned(turned(text)) == text
