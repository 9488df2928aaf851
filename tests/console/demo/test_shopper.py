from random import Random

import pytest

from console.demo.catalogue import CUSTOMERS, POCKET_MONEY, PRODUCTS, SCARCE, WALLET
from console.demo.shopper import HEAVY_LIMIT, Mix, Shopper
from console.demo.upstream import MAX_WEIGHT
from orders.schema import OrderIn

PRODUCT = {product.sku: product for product in PRODUCTS}
POOR = {customer.code for customer in CUSTOMERS if customer.poor}
MANY = range(300)


def total(order: OrderIn) -> int:
    return sum(PRODUCT[line.sku].price * line.quantity for line in order.lines)


def units(order: OrderIn) -> int:
    return sum(line.quantity for line in order.lines)


@pytest.fixture
def shopper() -> Shopper:
    return Shopper(Random(11))


def test_every_order_is_in_the_currency_of_its_products(shopper: Shopper) -> None:
    for order in (shopper.next() for _ in MANY):
        assert {PRODUCT[line.sku].currency for line in order.lines} == {order.currency}


def test_no_product_is_on_two_lines(shopper: Shopper) -> None:
    for order in (shopper.plain() for _ in MANY):
        assert len({line.sku for line in order.lines}) == len(order.lines)


def test_a_plain_order_is_small_ordinary_and_paid_by_a_regular(shopper: Shopper) -> None:
    for order in (shopper.plain() for _ in MANY):
        assert order.customer not in POOR
        assert not any(PRODUCT[line.sku].scarce for line in order.lines)
        assert units(order) <= 12
        assert total(order) * 8 <= WALLET[order.currency]


def test_a_greedy_order_can_be_paid_but_not_delivered(shopper: Shopper) -> None:
    for order in (shopper.greedy() for _ in MANY):
        assert units(order) > SCARCE
        assert total(order) <= WALLET[order.currency]


def test_a_broke_order_is_dearer_than_the_pocket_money(shopper: Shopper) -> None:
    for order in (shopper.broke() for _ in MANY):
        assert order.customer in POOR
        assert total(order) > POCKET_MONEY[order.currency]


def test_a_modest_order_is_within_it(shopper: Shopper) -> None:
    for order in (shopper.modest() for _ in MANY):
        assert order.customer in POOR
        assert total(order) <= POCKET_MONEY[order.currency]


def test_a_rare_order_asks_for_one_scarce_piece(shopper: Shopper) -> None:
    for order in (shopper.rare() for _ in MANY):
        assert units(order) == 1
        assert PRODUCT[order.lines[0].sku].scarce


def test_heavy_parcels_end_after_a_few(shopper: Shopper) -> None:
    heavy = [order for order in (shopper.heavy() for _ in MANY) if units(order) > MAX_WEIGHT]
    assert len(heavy) == HEAVY_LIMIT
    assert all(total(order) <= WALLET[order.currency] for order in heavy)


def test_each_deck_holds_exactly_its_mix() -> None:
    shopper = Shopper(Random(5), Mix(plain=3, modest=0, rare=0, greedy=1, broke=1, heavy=1))
    for _ in range(3):
        deck = [shopper.next() for _ in range(6)]
        assert sum(units(order) > MAX_WEIGHT for order in deck) == 1
        assert sum(order.customer in POOR for order in deck) == 1


def test_the_same_dice_deal_the_same_orders() -> None:
    first, second = Shopper(Random(3)), Shopper(Random(3))
    assert [first.next() for _ in range(70)] == [second.next() for _ in range(70)]
