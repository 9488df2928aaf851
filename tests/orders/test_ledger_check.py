"""The ledger check finds every kind of damage, and names the rows."""

import pytest

from jobs import db
from orders.ledger_check import RULES, Problem, check
from tests.orders.desk import assert_books_balance, fulfil, kept, order_in, secure

#: Damage nobody can do through the application: planted with triggers and constraints out of the way.
DAMAGE = [
    pytest.param(
        "UPDATE balance SET posted = posted + 1 WHERE posted > 0", ["balances", "currencies"], id="money made"
    ),
    pytest.param("UPDATE balance SET held = 0 WHERE held > 0", ["balances"], id="hold forgotten"),
    pytest.param(
        "DELETE FROM balance WHERE posted > 0",
        ["balances", "currencies", "transfers", "references"],
        id="balance gone",
    ),
    pytest.param(
        "UPDATE transfer SET currency = 'JPY' WHERE order_id IS NOT NULL",
        ["transfers"],
        id="currency changed",
    ),
    pytest.param(
        "UPDATE transfer SET state = 'voided' WHERE state = 'pending'",
        ["balances", "money_of_orders"],
        id="hold voided alone",
    ),
    pytest.param(
        "UPDATE transfer SET order_id = gen_random_uuid() WHERE state = 'posted' AND order_id IS NOT NULL",
        ["transfers", "money_of_orders"],
        id="payment of nobody's order",
    ),
    pytest.param(
        "UPDATE stock SET reserved = reserved + 1 WHERE sku = 'TEA-GREEN'", ["stock"], id="reserved too much"
    ),
    pytest.param(
        "UPDATE reservation SET state = 'released' WHERE state = 'active'",
        ["stock", "units_of_orders"],
        id="reservation released alone",
    ),
    pytest.param(
        "UPDATE orders SET state = 'cancelled' WHERE state = 'secured'",
        ["money_of_orders", "units_of_orders", "timeline", "counts"],
        id="final with a hold",
    ),
    pytest.param(
        "UPDATE orders SET total = total + 1 WHERE state = 'received'", ["lines"], id="total changed"
    ),
    pytest.param("UPDATE order_line SET amount = amount + 1", ["lines"], id="line's amount changed"),
    pytest.param("DELETE FROM order_event WHERE state = 'fulfilled'", ["timeline"], id="timeline cut"),
    pytest.param(
        "DELETE FROM orders WHERE state = 'received'",
        ["references", "counts"],
        id="order gone, its rows left",
    ),
    pytest.param("DELETE FROM product WHERE sku = 'TEA-GREEN'", ["references"], id="product gone"),
    pytest.param(
        "UPDATE order_count SET count = count + 1 WHERE state = 'received'", ["counts"], id="count wrong"
    ),
    pytest.param(
        "UPDATE audit SET reason = 'other' WHERE action = 'order.fulfil'", ["audit"], id="audit changed"
    ),
    pytest.param(
        "DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)",
        ["audit_heads"],
        id="newest audit row gone",
    ),
    pytest.param("DELETE FROM audit_chain", ["audit_heads"], id="head gone"),
]


async def books() -> None:
    """One order of each kind: received, secured, fulfilled, rejected."""
    answers = [await kept(order_in(("TEA-GREEN", n)), f"k{n}") for n in (1, 2, 3, 99)]
    await secure(*(answer.id for answer in answers[1:]))
    await fulfil(answers[2].id)


async def damage(statement: str) -> None:
    async with db.transaction() as tx:
        await tx.conn.execute("SET LOCAL session_replication_role = replica")
        await tx.conn.execute(statement)


def named(problems: list[Problem]) -> list[str]:
    return [problem.rule for problem in problems]


@pytest.mark.usefixtures("shop")
async def test_honest_books_have_no_problem() -> None:
    await books()
    await assert_books_balance()


@pytest.mark.usefixtures("database")
async def test_an_empty_shop_has_no_problem() -> None:
    await assert_books_balance()


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(("statement", "rules"), DAMAGE)
async def test_damage_is_found_and_its_rows_are_named(statement: str, rules: list[str]) -> None:
    await books()
    await damage(statement)
    problems = await check()
    assert named(problems) == rules
    assert all(problem.message and problem.rows for problem in problems)


@pytest.mark.usefixtures("shop")
async def test_an_audit_row_cut_out_of_the_middle_is_found() -> None:
    await books()
    async with db.transaction() as tx:  # one connection, one chain
        await tx.conn.execute(
            "INSERT INTO audit (actor, action, subject) VALUES ('a', '1', ''), ('a', '2', ''), ('a', '3', '')"
        )
    await damage("DELETE FROM audit WHERE action = '2'")
    problems = await check()
    assert named(problems) == ["audit", "audit_heads"]
    assert [row["action"] for row in problems[0].rows] == ["3"]


def test_every_rule_has_its_damage() -> None:
    planted = {rule for param in DAMAGE for rule in param.values[1]}
    assert planted == set(RULES)
