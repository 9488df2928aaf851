"""The ledger check finds every kind of damage, and names the rows."""

from contextlib import suppress

import pytest

from jobs import db
from orders.ledger_check import RULES, Problem, find_problems
from tests.orders.desk import assert_books_balance, fulfil, kept, order_in, secure

#: Damage nobody can do through the application: planted with triggers and constraints out of the way.
DAMAGE: dict[str, tuple[str, list[str]]] = {
    "money made": (
        "UPDATE balance SET posted = posted + 1 WHERE posted > 0",
        ["balances", "currencies"],
    ),
    "hold forgotten": (
        "UPDATE balance SET held = 0 WHERE held > 0",
        ["balances"],
    ),
    "balance gone": (
        "DELETE FROM balance WHERE posted > 0",
        ["balances", "currencies", "transfers", "references"],
    ),
    "currency changed": (
        "UPDATE transfer SET currency = 'JPY' WHERE order_id IS NOT NULL",
        ["transfers"],
    ),
    "hold voided alone": (
        "UPDATE transfer SET state = 'voided' WHERE state = 'pending'",
        ["balances", "money_of_orders"],
    ),
    "payment of nobody's order": (
        "UPDATE transfer SET order_id = gen_random_uuid() WHERE state = 'posted' AND order_id IS NOT NULL",
        ["transfers", "money_of_orders"],
    ),
    "reserved too much": (
        "UPDATE stock SET reserved = reserved + 1 WHERE sku = 'TEA-GREEN'",
        ["stock"],
    ),
    "reservation released alone": (
        "UPDATE reservation SET state = 'released' WHERE state = 'active'",
        ["stock", "units_of_orders"],
    ),
    "final with a hold": (
        "UPDATE orders SET state = 'cancelled' WHERE state = 'secured'",
        ["money_of_orders", "units_of_orders", "timeline", "counts"],
    ),
    "total changed": (
        "UPDATE orders SET total = total + 1 WHERE state = 'received'",
        ["lines"],
    ),
    "line's amount changed": (
        "UPDATE order_line SET amount = amount + 1",
        ["lines"],
    ),
    "timeline cut": (
        "DELETE FROM order_event WHERE state = 'fulfilled'",
        ["timeline"],
    ),
    "order gone, its rows left": (
        "DELETE FROM orders WHERE state = 'received'",
        ["references", "counts"],
    ),
    "job gone, its order left": (
        "DELETE FROM job WHERE subject = (SELECT 'order:' || id FROM orders WHERE state = 'received')",
        ["going_on"],
    ),
    "product gone": (
        "DELETE FROM product WHERE sku = 'TEA-GREEN'",
        ["references"],
    ),
    "count wrong": (
        "UPDATE order_count SET count = count + 1 WHERE state = 'received'",
        ["counts"],
    ),
    "audit changed": (
        "UPDATE audit SET reason = 'other' WHERE action = 'order.fulfil'",
        ["audit"],
    ),
    "newest audit row gone": (
        "DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)",
        ["audit_heads"],
    ),
    "head gone": (
        "DELETE FROM audit_chain",
        ["audit_heads"],
    ),
}


async def books() -> None:
    """One order of each kind: received, secured, fulfilled, rejected."""
    answers = [await kept(order_in(("TEA-GREEN", n)), f"k{n}") for n in (1, 2, 3, 99)]
    await secure(*(answer.id for answer in answers[1:]))
    await fulfil(answers[2].id)


class Undo(Exception):
    """Ends a transaction without a trace."""


async def found_after(*statements: str) -> list[Problem]:
    """What the check finds in damaged books, which are whole again afterwards."""
    problems: list[Problem] = []
    with suppress(Undo):
        async with db.transaction() as tx:
            await tx.conn.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                await tx.conn.execute(statement)
            problems = await find_problems(tx.conn)
            raise Undo
    return problems


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
async def test_damage_is_found_and_its_rows_are_named() -> None:
    await books()
    found = {kind: await found_after(statement) for kind, (statement, _rules) in DAMAGE.items()}
    assert {kind: named(problems) for kind, problems in found.items()} == {
        kind: rules for kind, (_statement, rules) in DAMAGE.items()
    }
    assert all(problem.message and problem.rows for problems in found.values() for problem in problems)
    await assert_books_balance()


@pytest.mark.usefixtures("shop")
async def test_an_audit_row_cut_out_of_the_middle_is_found() -> None:
    await books()
    async with db.transaction() as tx:  # one connection, one chain
        await tx.conn.execute(
            "INSERT INTO audit (actor, action, subject) VALUES ('a', '1', ''), ('a', '2', ''), ('a', '3', '')"
        )
    problems = await found_after("DELETE FROM audit WHERE action = '2'")
    assert named(problems) == ["audit", "audit_heads"]
    assert [row["action"] for row in problems[0].rows] == ["3"]


def test_every_rule_has_its_damage() -> None:
    planted = {rule for _statement, rules in DAMAGE.values() for rule in rules}
    assert planted == set(RULES)
