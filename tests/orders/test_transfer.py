"""Transfers: atomic, once a key, never below the floor, and no money is made or lost in a crowd."""

import asyncio
import random
from collections import Counter

import pytest

from jobs.changes import Change
from orders.catalogue import add_customers, deposit
from orders.transfer import TransferAnswer, TransferRefused, transfer
from tests.orders.desk import account, assert_books_balance, money, rows

pytestmark = pytest.mark.usefixtures("shop")

ADA, BOB = "wallet:C001:EUR", "wallet:C002:EUR"


async def send(
    amount: int, *, debit: str = ADA, credit: str = BOB, currency: str = "EUR", key: str | None = None
) -> TransferAnswer:
    return await transfer(
        debit=debit,
        credit=credit,
        amount=amount,
        currency=currency,
        key=key,
        actor="user:ada",
        reason="a gift",
    )


async def test_money_moves_and_both_accounts_say_so(heard: list[Change]) -> None:
    heard.clear()
    answer = await send(2500)
    assert (answer.state, answer.replayed) == ("posted", False)
    assert await money(ADA) == (7500, 0)
    assert await money(BOB) == (2500, 0)
    found = await account(BOB)
    assert [(t["debit"], t["credit"], t["amount"], t["reason"]) for t in found["transfers"]] == [
        (ADA, BOB, 2500, "a gift")
    ]
    assert [change.kind for change in heard] == ["account", "account"]
    audited = await rows("SELECT actor, action, subject, reason FROM audit ORDER BY id DESC LIMIT 1")
    assert audited == [
        {
            "actor": "user:ada",
            "action": "transfer.post",
            "subject": f"transfer:{answer.id}",
            "reason": "a gift",
        }
    ]
    await assert_books_balance()


@pytest.mark.parametrize(
    ("wish", "code", "words"),
    [
        pytest.param({"amount": 0}, "not_positive", "more than nothing", id="nothing"),
        pytest.param({"amount": -5}, "not_positive", "more than nothing", id="negative"),
        pytest.param({"amount": 10**16}, "too_large", "too large", id="huge"),
        pytest.param({"amount": 5, "credit": ADA}, "same_account", "the same", id="same account"),
        pytest.param({"amount": 5, "credit": "no"}, "unknown_account", "no account no", id="unknown"),
        pytest.param(
            {"amount": 5, "credit": "wallet:C001:JPY"},
            "currency_mismatch",
            "is in JPY, not in EUR",
            id="currency",
        ),
        pytest.param(
            {"amount": 10_001},
            "below_allowed_balance",
            "no funds in wallet:C001:EUR: 100.01 EUR wanted, 100.00 EUR available",
            id="below the floor",
        ),
    ],
)
async def test_a_refused_transfer_says_why_and_moves_nothing(wish, code, words) -> None:
    with pytest.raises(TransferRefused) as refused:
        await send(**wish)
    assert refused.value.code == code
    assert words in refused.value.message
    assert await money(ADA) == (10_000, 0)
    await assert_books_balance()


async def test_a_refusal_is_said_with_amounts_as_the_reader_writes_them() -> None:
    with pytest.raises(TransferRefused) as refused:
        await send(10_001)
    said = refused.value.said(lambda units, currency: f"{currency}{units}")
    assert said == "no funds in wallet:C001:EUR: EUR10001 wanted, EUR10000 available"


async def test_the_last_cent_may_go() -> None:
    await send(10_000)
    assert await money(ADA) == (0, 0)


async def test_an_account_without_a_floor_may_go_below_zero() -> None:
    assert (await account("cash:EUR"))["posted"] == -10_000


async def test_the_same_key_moves_money_once_even_when_none_is_left() -> None:
    first = await send(10_000, key="k")
    again = await send(10_000, key="k")
    assert (again.id, again.replayed) == (first.id, True)
    assert await money(BOB) == (10_000, 0)


async def test_the_same_key_for_another_transfer_is_refused() -> None:
    await send(10, key="k")
    with pytest.raises(TransferRefused) as refused:
        await send(11, key="k")
    assert refused.value.code == "key_reused"
    with pytest.raises(TransferRefused) as refused:
        await send(10, debit="cash:EUR", key="k")
    assert refused.value.code == "key_reused"


@pytest.mark.usefixtures("no_deadlock")
async def test_one_key_sent_by_many_at_once_moves_money_once() -> None:
    answers = await asyncio.gather(*(send(100, key="k") for _ in range(50)))
    assert len({answer.id for answer in answers}) == 1
    assert sum(not answer.replayed for answer in answers) == 1
    assert await money(BOB) == (100, 0)


@pytest.mark.usefixtures("no_deadlock")
async def test_a_crowd_with_two_favourite_accounts_makes_and_loses_no_money() -> None:
    """The bank test: random transfers between ten accounts, two of them hot, many refused, none lost."""
    codes = [f"B{n}" for n in range(10)]
    await add_customers([{"code": code, "name": code, "currencies": ["EUR"]} for code in codes])
    for code in codes:
        await deposit(code, "EUR", 1000, None, "command:test", "")
    dice = random.Random(4)
    outcomes: Counter[str] = Counter()

    async def clerk() -> None:
        for _ in range(20):
            debit, credit = dice.sample(codes[:2] * 4 + codes[2:], 2)
            if debit == credit:
                continue
            try:
                await send(dice.randint(1, 900), debit=f"wallet:{debit}:EUR", credit=f"wallet:{credit}:EUR")
                outcomes["done"] += 1
            except TransferRefused as refused:
                outcomes[refused.code] += 1

    await asyncio.gather(*(clerk() for _ in range(32)))
    assert set(outcomes) == {"done", "below_allowed_balance"}
    balances = [(await money(f"wallet:{code}:EUR"))[0] for code in codes]
    assert sum(balances) == 10_000
    assert min(balances) >= 0
    await assert_books_balance()
