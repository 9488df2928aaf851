"""Who gets the stock and the money, and what the others are told."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.rules.secure import Wallet, Wanted, decide

REVENUE = {"EUR": 100}


def wanted(n: int = 1, total: int = 500, customer: int = 1, currency: str = "EUR", **units: int) -> Wanted:
    return Wanted(UUID(int=n), customer, "Ada Lovelace", currency, total, units or {"TEA": 1})


WALLETS = {(1, "EUR"): Wallet(11, 1250)}


def refusal(order: Wanted, stock: dict[str, int], wallets=WALLETS, revenue=REVENUE) -> str:
    return decide([order], stock, wallets, revenue)[0].refusal


@pytest.mark.parametrize(
    ("order", "words"),
    [
        pytest.param(wanted(TEA=3), "no stock of TEA: 3 wanted, 1 left", id="stock"),
        pytest.param(wanted(CUP=3), "no stock of CUP: 3 wanted, 0 left", id="never any stock"),
        pytest.param(
            wanted(TEA=3, CUP=1),
            "no stock of TEA: 3 wanted, 1 left; no stock of CUP: 1 wanted, 0 left",
            id="every product is named",
        ),
        pytest.param(wanted(total=4500), "no funds: 45.00 EUR wanted, 12.50 EUR available", id="funds"),
        pytest.param(wanted(customer=2), "Ada Lovelace has no EUR account", id="no account"),
        pytest.param(
            wanted(total=4500, TEA=3),
            "no stock of TEA: 3 wanted, 1 left; no funds: 45.00 EUR wanted, 12.50 EUR available",
            id="both",
        ),
    ],
)
def test_a_refusal_says_what_was_wanted_and_what_there_is(order: Wanted, words: str) -> None:
    assert refusal(order, {"TEA": 1}) == words


def test_a_house_without_an_account_in_the_currency_takes_no_money() -> None:
    assert refusal(wanted(), {"TEA": 1}, revenue={}) == "the house has no EUR account"


def test_a_wallet_without_a_floor_pays_anything() -> None:
    assert refusal(wanted(total=10**15), {"TEA": 1}, {(1, "EUR"): Wallet(11, None)}) == ""


def test_each_order_sees_what_the_ones_before_it_left() -> None:
    orders = [wanted(1, 1000), wanted(2, 500), wanted(3, 250)]
    decisions = decide(orders, {"TEA": 2}, WALLETS, REVENUE)
    assert [decision.refusal for decision in decisions] == [
        "",
        "no funds: 5.00 EUR wanted, 2.50 EUR available",
        "",
    ]


ORDERS = st.lists(
    st.builds(
        lambda total, customer, units: (total, customer, units),
        st.integers(1, 1000),
        st.integers(1, 2),
        st.dictionaries(st.sampled_from(["TEA", "CUP"]), st.integers(1, 5), min_size=1),
    ),
    max_size=40,
)


@given(ORDERS, st.integers(0, 20), st.integers(0, 20), st.integers(0, 3000))
def test_never_more_is_given_away_than_there_is(orders, tea: int, cups: int, money: int) -> None:
    all_wanted = [wanted(n, total, customer, **units) for n, (total, customer, units) in enumerate(orders)]
    wallets = {(1, "EUR"): Wallet(11, money), (2, "EUR"): Wallet(12, money)}
    decisions = decide(all_wanted, {"TEA": tea, "CUP": cups}, wallets, REVENUE)
    taken = [order for order, decision in zip(all_wanted, decisions, strict=True) if not decision.refusal]
    assert sum(order.units.get("TEA", 0) for order in taken) <= tea
    assert sum(order.units.get("CUP", 0) for order in taken) <= cups
    for customer in (1, 2):
        assert sum(order.total for order in taken if order.customer == customer) <= money
    assert all((decision.wallet is None) == bool(decision.refusal) for decision in decisions)
