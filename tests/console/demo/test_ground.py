"""The demo does not touch a database that is somebody else's."""

import os
import socket
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError
from django.db import connection
from django.utils import timezone

from console.demo import ground
from console.demo.catalogue import PRODUCTS
from jobs.models import Worker
from orders.models import Product

pytestmark = pytest.mark.django_db(transaction=True)


def product(sku: str) -> Product:
    return Product.objects.create(sku=sku, name="a thing", currency="EUR", price=100)


def worker(name: str, lease: timedelta) -> Worker:
    return Worker.objects.create(name=name, lease_until=timezone.now() + lease)


def test_an_empty_database_will_do() -> None:
    ground.check_ours(built_in=False)


def test_so_will_one_without_any_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.introspection, "table_names", list)
    ground.check_ours(built_in=False)


def test_so_will_one_the_demo_filled_even_if_people_added_to_it() -> None:
    product(PRODUCTS[0].sku)
    product("MINE-1")
    User.objects.create_user("ada")
    ground.check_ours(built_in=False)


@pytest.mark.parametrize("built_in", [True, False])
def test_a_shop_that_is_not_the_demos_is_left_alone(built_in: bool) -> None:
    product("MINE-1")
    with pytest.raises(CommandError, match="did not put there"):
        ground.check_ours(built_in=built_in)


def test_so_is_one_that_has_users_and_no_goods_yet() -> None:
    User.objects.create_user("ada")
    with pytest.raises(CommandError, match="did not put there"):
        ground.check_ours(built_in=False)


def test_but_on_the_built_in_database_users_are_no_hindrance() -> None:
    User.objects.create_user("ada")
    ground.check_ours(built_in=True)


def test_the_tables_of_another_program_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.introspection, "table_names", lambda: ["films"])
    with pytest.raises(CommandError, match="did not put there"):
        ground.check_ours(built_in=False)


def test_only_the_built_in_database_may_be_cleared() -> None:
    ground.check_may_clear(built_in=True)
    with pytest.raises(CommandError, match="only the built-in database"):
        ground.check_may_clear(built_in=False)


def test_nothing_is_cleared_while_another_process_is_at_work() -> None:
    worker("elsewhere:17", timedelta(seconds=20))
    product(PRODUCTS[0].sku)
    with pytest.raises(CommandError, match="stop elsewhere:17 first"):
        ground.clear()
    assert Product.objects.exists()


def test_nor_under_a_process_of_this_machine_that_lives() -> None:
    worker(f"{socket.gethostname()}:{os.getpid()}", timedelta(seconds=20))
    with pytest.raises(CommandError):
        ground.clear()


@pytest.mark.parametrize(
    ("name", "lease"),
    [
        pytest.param("elsewhere:17", timedelta(seconds=-1), id="its lease ended"),
        pytest.param(f"{socket.gethostname()}:4194305", timedelta(seconds=20), id="its process is gone"),
    ],
)
def test_the_dead_hinder_nobody(name: str, lease: timedelta) -> None:
    worker(name, lease)
    product(PRODUCTS[0].sku)
    ground.clear()
    assert not Product.objects.exists()
