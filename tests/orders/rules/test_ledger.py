"""Folding transfers into balances: money moves, it is never made."""

from hypothesis import given
from hypothesis import strategies as st

from orders.rules.ledger import Delta, Deltas, Entry, hold, post, settle

ACCOUNTS = st.integers(1, 6)
ENTRIES = st.lists(
    st.builds(Entry, ACCOUNTS, ACCOUNTS, st.integers(1, 10**15)).filter(
        lambda entry: entry.debit != entry.credit
    )
)


def add(*folds: Deltas) -> Deltas:
    total: Deltas = {}
    for deltas in folds:
        for account, delta in deltas.items():
            before = total.get(account, Delta())
            total[account] = Delta(before.posted + delta.posted, before.held + delta.held)
    return {account: delta for account, delta in total.items() if delta != Delta()}


@given(ENTRIES)
def test_what_leaves_one_account_reaches_another(entries: list[Entry]) -> None:
    assert sum(delta.posted for delta in post(entries).values()) == 0
    assert sum(delta.posted for delta in settle(entries).values()) == 0


@given(ENTRIES)
def test_holding_and_then_settling_is_posting(entries: list[Entry]) -> None:
    assert add(hold(entries), settle(entries)) == add(post(entries))


@given(ENTRIES)
def test_holding_moves_nothing_and_touches_no_credit_side(entries: list[Entry]) -> None:
    assert all(delta.posted == 0 and delta.held > 0 for delta in hold(entries).values())
    assert set(hold(entries)) == {entry.debit for entry in entries}


def test_many_credits_to_one_account_are_one_change() -> None:
    assert settle([Entry(1, 9, 5), Entry(2, 9, 7)]) == {1: Delta(-5, -5), 2: Delta(-7, -7), 9: Delta(12, 0)}
