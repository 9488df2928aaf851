"""The cast of the journeys: Alice works the desk; Ada buys, and Carol's wallet is empty."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group, User

from orders import catalogue, clients

PASSWORD = "wheel-and-water-5"


@dataclass(frozen=True)
class Alice:
    """An operator, with a password for the browser and a token for programs."""

    id: int
    username: str
    token: str

    def headers(self, key: str | None = None) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": key or str(uuid4()),
        }


async def hire_alice() -> Alice:
    user = await sync_to_async(User.objects.create_user)("alice", password=PASSWORD)
    await user.groups.aadd(await Group.objects.aget(name="operator"))
    token = await clients.create_token(user.pk, "journey")
    return Alice(user.pk, user.username, token)


async def open_shop(*, units: int = 1_000, money: int = 1_000_000) -> None:
    """Tea and cups for euros; Ada has ``money`` minor units, Carol none."""
    await catalogue.add_products(
        [
            {"sku": "TEA", "name": "Green tea", "currency": "EUR", "price": 450, "on_hand": units},
            {
                "sku": "CUP",
                "name": "Cup without a handle",
                "currency": "EUR",
                "price": 1_200,
                "on_hand": units,
            },
        ]
    )
    await catalogue.add_customers(
        [
            {"code": "ada", "name": "Ada Lovelace", "currencies": ["EUR"]},
            {"code": "carol", "name": "Carol", "currencies": ["EUR"]},
        ]
    )
    await catalogue.deposit("ada", "EUR", money, "first", "test:cast", "to spend")


def order(customer: str = "ada", lines: Sequence[tuple[str, int]] = (("TEA", 2),)) -> dict[str, Any]:
    return {
        "customer": customer,
        "currency": "EUR",
        "lines": [{"sku": sku, "quantity": quantity} for sku, quantity in lines],
    }
