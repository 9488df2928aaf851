"""``orders_cancel``: by number or id, in whose name, and how it ends."""

import asyncio
import json
from uuid import UUID, uuid4

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from jobs import db
from orders.models import Audit, Order, OrderEvent
from tests.console.desk import hire, open_shop, order_in


@pytest.fixture(autouse=True)
def own_process(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command runs in a process of its own: with no pool, and no loop."""
    monkeypatch.setattr(db, "_room", None)


@pytest.fixture
def order() -> Order:
    async def make() -> UUID:
        await db.open_pool(min_size=1, max_size=2)
        try:
            await open_shop()
            return await order_in()
        finally:
            await db.close_pool()

    return Order.objects.get(pk=asyncio.run(make()))


def ended(*arguments: str) -> int:
    """The exit code of the command."""
    try:
        call_command("orders_cancel", *arguments)
    except SystemExit as end:
        return int(str(end.code))
    return 0


def test_an_order_is_cancelled_by_its_number_and_a_second_time_is_nothing_wrong(order, capsys):
    assert ended(f"#{order.number}", "--reason", "sold\n out") == 0
    assert capsys.readouterr().out == f"Order {order.number} is cancelled.\n"
    event = OrderEvent.objects.filter(order=order.pk).order_by("id").last()
    assert (event.state, event.actor, event.reason) == (
        "cancelled",
        "command:orders_cancel",
        "sold\ufffd out",
    )
    assert ended(str(order.number)) == 0
    assert capsys.readouterr().out == f"Order {order.number} was cancelled before: nothing changed.\n"
    assert Audit.objects.filter(action="order.cancel").count() == 1


def test_an_order_is_cancelled_by_its_id_in_a_users_name_and_programs_get_json(order, capsys):
    async_to_sync(hire)("alice", "operator")
    assert ended(str(order.pk), "--user", "alice", "--json") == 0
    told = {"order": str(order.pk), "number": order.number, "state": "cancelled", "code": ""}
    assert json.loads(capsys.readouterr().out) == told
    assert Audit.objects.get(action="order.cancel").actor == "user:alice"


def test_an_order_at_another_end_and_an_unknown_one_end_with_1(order, capsys):
    Order.objects.filter(pk=order.pk).update(state="fulfilled")
    assert ended(str(order.number)) == 1
    words = f"Order {order.number} was not cancelled. It is fulfilled: paid and handed out.\n"
    assert capsys.readouterr().out == words
    for unknown in ("999999999", str(uuid4())):
        assert ended(unknown) == 1
        assert "There is no such order." in capsys.readouterr().out


def test_wrong_usage_changes_nothing(order):
    async_to_sync(hire)("victor", "viewer")
    User.objects.create_user("gone", is_active=False)
    for user, words in {
        "nobody": "there is no user",
        "gone": "not active",
        "victor": "lacks the permission orders.change_order",
    }.items():
        with pytest.raises(CommandError, match=words) as refusal:
            call_command("orders_cancel", str(order.number), "--user", user)
        assert refusal.value.returncode == 2
    with pytest.raises(CommandError, match="at most 200 characters, this one has 201"):
        call_command("orders_cancel", str(order.number), "--reason", "x" * 201)
    with pytest.raises(CommandError, match="by its number or its id"):
        call_command("orders_cancel", "x")
    order.refresh_from_db()
    assert order.state == "received"
