"""The audit row on Django's own connection: one more link of the same chains, in Django's transaction."""

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction

from orders.audit import write_audit_with_django
from tests.orders.desk import assert_books_balance, rows

pytestmark = pytest.mark.usefixtures("database")


@sync_to_async
def write(fails: bool = False) -> None:
    with transaction.atomic():
        write_audit_with_django(
            actor="user:ada", action="user.change", subject="user:1", reason="why", data={"roles": ["viewer"]}
        )
        if fails:
            raise RuntimeError("what the row is about failed")


async def test_it_is_linked_into_a_chain() -> None:
    await write()
    assert await rows("SELECT actor, action, subject, reason, data FROM audit") == [
        {
            "actor": "user:ada",
            "action": "user.change",
            "subject": "user:1",
            "reason": "why",
            "data": {"roles": ["viewer"]},
        }
    ]
    await assert_books_balance()


async def test_it_goes_when_what_it_is_about_goes() -> None:
    with pytest.raises(RuntimeError):
        await write(fails=True)
    assert await rows("SELECT actor FROM audit") == []
