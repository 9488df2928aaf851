from collections import Counter

from console.demo.catalogue import (
    CURRENCIES,
    CUSTOMERS,
    PLENTY,
    POCKET_MONEY,
    PRODUCTS,
    WALLET,
    wallet,
)


def test_sixty_products_in_three_currencies_each_with_a_name_of_its_own() -> None:
    assert len({product.sku for product in PRODUCTS}) == len({product.name for product in PRODUCTS}) == 60
    assert Counter(product.currency for product in PRODUCTS) == dict.fromkeys(CURRENCIES, 20)


def test_each_currency_has_something_scarce_that_a_regular_can_pay() -> None:
    scarce = [product for product in PRODUCTS if product.scarce]
    assert {product.currency for product in scarce} == set(CURRENCIES)
    assert all(product.price * (product.stock + 1) <= WALLET[product.currency] for product in scarce)
    assert all(product.scarce or product.stock == PLENTY for product in PRODUCTS)


def test_customers_have_codes_and_names_of_their_own_and_a_few_are_poor() -> None:
    assert (
        len({customer.code for customer in CUSTOMERS}) == len({customer.name for customer in CUSTOMERS}) == 24
    )
    assert 3 <= sum(customer.poor for customer in CUSTOMERS) <= 6


def test_the_poor_get_pocket_money() -> None:
    amounts = {wallet(customer, "EUR") for customer in CUSTOMERS if customer.poor}
    assert amounts == {POCKET_MONEY["EUR"]}
