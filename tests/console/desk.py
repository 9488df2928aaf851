"""For tests of the pages: a small shop, and people with a role at their browsers."""

import re
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.test import AsyncClient

from jobs import db
from orders.catalogue import add_customers, add_products, deposit
from orders.schema import LineIn, OrderIn
from orders.submit import Answer, Submission, submit


async def open_shop() -> None:
    """Green tea for euros, a bowl for yen; Ada has 100.00 EUR, Bob an empty wallet."""
    await add_products(
        [
            {"sku": "TEA", "name": "Green tea", "currency": "EUR", "price": 450, "on_hand": 100},
            {"sku": "BOWL", "name": "Tea <bowl>", "currency": "JPY", "price": 1200, "on_hand": 10},
        ]
    )
    await add_customers(
        [
            {"code": "C001", "name": "Ada Lovelace", "currencies": ["EUR", "JPY"]},
            {"code": "C002", "name": "Bob Noyce", "currencies": ["EUR"]},
        ]
    )
    await deposit("C001", "EUR", 10_000, "first", "command:test", "opening")


async def hire(name: str, role: str | None) -> User:
    """Somebody without a password: hashing one takes longer than most tests."""
    user = await sync_to_async(User.objects.create_user)(name)
    if role:
        await user.groups.aadd(await Group.objects.aget(name=role))
    return user


async def with_password(user: User, password: str) -> User:
    """The same with a password; before they sign in, since it ends their sessions."""
    user.password = await sync_to_async(make_password)(password)
    await user.asave()
    return user


async def browser(role: str | None, name: str = "alice") -> AsyncClient:
    """A signed-in browser of somebody new with this role."""
    client = AsyncClient()
    await client.aforce_login(await hire(name, role))
    return client


async def order_in(lines: int = 1, reference: str | None = None) -> UUID:
    """A new order of Ada's."""
    order = OrderIn(
        customer="C001",
        currency="EUR",
        lines=[LineIn(sku="TEA", quantity=n + 1) for n in range(lines)],
        reference=reference,
    )
    (answer,) = await submit([Submission(order, None)], client=1, actor="user:ada", door="api")
    assert isinstance(answer, Answer), answer
    return answer.id


async def ask_in_vain(order: UUID, rounds: int, first: int = 1) -> None:
    """Three carriers fail in these rounds, each in its own words."""
    async with db.connection() as conn:
        await conn.execute(
            "INSERT INTO quote (id, order_id, round, carrier, state, detail, answered_at)"
            " SELECT gen_random_uuid(), $1, round, carrier, 'failed', carrier || ' answered 503', clock()"
            " FROM generate_series($3::int, $2::int) AS round,"
            " unnest('{barge,mule,swift}'::text[]) AS carrier",
            order,
            rounds,
            first,
        )


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found, f"no hidden field {name}"
    return found[1]
