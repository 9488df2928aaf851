"""Migrations go back and forward again, and orders move at either end; all in a transaction rolled back."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

#: Before percentiles, progress and the lists' indexes.
BACK = [("orders", "0003_names"), ("jobs", "0004_names")]
CUSTOMER = "INSERT INTO customer (code, name) VALUES ('C', 'Ada')"
ORDER = """
INSERT INTO orders (id, number, client, customer, currency, total, state)
SELECT gen_random_uuid(), 1 + (SELECT count(*) FROM orders), 1, id, 'EUR', 100, 'received' FROM customer
"""


@pytest.fixture
def undone(transactional_db: None) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def move_an_order() -> tuple[dict[str, int], int]:
    """How many orders are in each state, and how often one was secured, as the triggers counted them."""
    with connection.cursor() as cursor:
        cursor.execute(ORDER)
        cursor.execute("UPDATE orders SET state = 'secured', updated_at = clock() WHERE state = 'received'")
        cursor.execute("SELECT state, sum(count)::integer FROM order_count GROUP BY state")
        counts = dict(cursor.fetchall())
        cursor.execute("SELECT sum(count)::integer FROM order_minute WHERE state = 'secured'")
        (secured,) = cursor.fetchone()
        # Or the next migration's ALTER TABLE finds checks that are still to be done.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return counts, secured


def migrate(targets: list[tuple[str, str]]) -> None:
    MigrationExecutor(connection).migrate(targets)


def test_orders_move_after_the_way_back_and_forward_again(undone: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(CUSTOMER)
    graph = MigrationExecutor(connection).loader.graph
    newest = [*graph.leaf_nodes("jobs"), *graph.leaf_nodes("orders")]
    assert move_an_order() == ({"received": 0, "secured": 1}, 1)
    migrate(BACK)
    assert move_an_order() == ({"received": 0, "secured": 2}, 2)
    migrate(newest)
    assert move_an_order() == ({"received": 0, "secured": 3}, 3)
