"""What transfers do to balances: a fold from entries to changes, in minor units."""

from collections.abc import Iterable
from typing import NamedTuple


class Entry(NamedTuple):
    """Money from the account ``debit`` to the account ``credit``."""

    debit: int
    credit: int
    amount: int


class Delta(NamedTuple):
    """What is added to one balance."""

    posted: int = 0
    held: int = 0


Deltas = dict[int, Delta]


def _add(deltas: Deltas, account: int, posted: int, held: int) -> None:
    before = deltas.get(account, Delta())
    deltas[account] = Delta(before.posted + posted, before.held + held)


def hold(entries: Iterable[Entry]) -> Deltas:
    """New pending transfers: their amounts are held on the debit side; the credit side sees nothing yet."""
    deltas: Deltas = {}
    for entry in entries:
        _add(deltas, entry.debit, 0, entry.amount)
    return deltas


def settle(entries: Iterable[Entry]) -> Deltas:
    """Pending transfers posted: the money moves and is held no longer."""
    deltas: Deltas = {}
    for entry in entries:
        _add(deltas, entry.debit, -entry.amount, -entry.amount)
        _add(deltas, entry.credit, entry.amount, 0)
    return deltas


def void(entries: Iterable[Entry]) -> Deltas:
    """Pending transfers given up: nothing moves, and nothing is held for them any longer."""
    deltas: Deltas = {}
    for entry in entries:
        _add(deltas, entry.debit, 0, -entry.amount)
    return deltas


def post(entries: Iterable[Entry]) -> Deltas:
    """Transfers posted at once, never pending."""
    deltas: Deltas = {}
    for entry in entries:
        _add(deltas, entry.debit, -entry.amount, 0)
        _add(deltas, entry.credit, entry.amount, 0)
    return deltas
