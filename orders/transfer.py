"""Moving money between two accounts: atomic, idempotent, never below what an account allows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from jobs import db
from orders.audit import write_audit
from orders.balances import change_balances, lock_balances
from orders.rules import ledger, money
from orders.statements import sql

Code = Literal[
    "not_positive",
    "too_large",
    "same_account",
    "unknown_account",
    "currency_mismatch",
    "below_allowed_balance",
    "key_reused",
]


@dataclass(frozen=True, slots=True)
class TransferAnswer:
    """The transfer that is kept; ``replayed``: it was there already."""

    id: UUID
    state: str
    replayed: bool = False


class Amount(NamedTuple):
    """Minor units of a currency."""

    units: int
    currency: str


class TransferRefused(Exception):
    """No money moved; the message says why, the code says it to programs."""

    def __init__(self, code: Code, sentence: str, /, **places: str | Amount) -> None:
        self.code = code
        self._sentence, self._places = sentence, places
        self.message = self.said(money.words)
        super().__init__(self.message)

    def said(self, amount: Callable[[int, str], str]) -> str:
        """The message with its amounts as ``amount`` writes them."""
        return self._sentence % {
            name: amount(*value) if isinstance(value, Amount) else value
            for name, value in self._places.items()
        }


@dataclass(frozen=True, slots=True)
class _Wish:
    debit: str
    credit: str
    amount: int
    currency: str
    key: str | None
    actor: str
    reason: str


async def transfer(
    *, debit: str, credit: str, amount: int, currency: str, key: str | None, actor: str, reason: str
) -> TransferAnswer:
    """Move ``amount`` minor units from the account with the code ``debit`` to the one with ``credit``.

    The same ``key`` of the same actor moves money once, whenever and however often it is sent. Raises
    TransferRefused.
    """
    wish = _Wish(debit, credit, amount, currency, key, actor, reason)
    _check(wish)

    async def work() -> TransferAnswer:
        async with db.transaction() as tx:
            return await _move(tx, wish)

    return await db.retrying(work)


def _check(wish: _Wish) -> None:
    if wish.amount <= 0:
        raise TransferRefused("not_positive", _("the amount must be more than nothing"))
    if wish.amount > money.MAX_AMOUNT:
        raise TransferRefused("too_large", _("the amount is too large"))
    if wish.debit == wish.credit:
        raise TransferRefused("same_account", _("the two accounts are the same"))


async def _move(tx: db.Transaction, wish: _Wish) -> TransferAnswer:
    debit, credit = await _accounts(tx, wish)
    balances = await lock_balances(tx, [debit, credit])
    if stored := await _stored(tx, wish, debit, credit):
        return stored
    _check_funds(wish, balances[debit])
    row = await tx.conn.fetchrow(
        sql("insert_transfer"),
        uuid7(),
        debit,
        credit,
        wish.amount,
        wish.currency,
        wish.key,
        wish.actor,
        wish.reason,
    )
    if row is None:  # the same key, on other accounts, committed while this one waited for its index entry
        return await _stored(tx, wish, debit, credit) or _vanished()
    await change_balances(tx, ledger.post([ledger.Entry(debit, credit, wish.amount)]))
    await write_audit(
        tx,
        actor=wish.actor,
        action="transfer.post",
        subject=f"transfer:{row['id']}",
        reason=wish.reason,
        data={
            "debit": wish.debit,
            "credit": wish.credit,
            "amount": wish.amount,
            "currency": wish.currency,
        },
    )
    return TransferAnswer(row["id"], row["state"])


async def _accounts(tx: db.Transaction, wish: _Wish) -> tuple[int, int]:
    rows = await tx.conn.fetch(sql("find_accounts"), [wish.debit, wish.credit])
    accounts = {row["code"]: row for row in rows}
    for code in (wish.debit, wish.credit):
        if code not in accounts:
            raise TransferRefused("unknown_account", _("there is no account %(code)s"), code=code)
        theirs = accounts[code]["currency"]
        if theirs != wish.currency:
            words = _("the account %(code)s is in %(theirs)s, not in %(ours)s")
            raise TransferRefused("currency_mismatch", words, code=code, theirs=theirs, ours=wish.currency)
    return accounts[wish.debit]["id"], accounts[wish.credit]["id"]


async def _stored(tx: db.Transaction, wish: _Wish, debit: int, credit: int) -> TransferAnswer | None:
    """The transfer this actor made with this key before, if it was the same one."""
    if wish.key is None:
        return None
    row = await tx.conn.fetchrow(sql("find_transfer"), wish.actor, wish.key)
    if row is None:
        return None
    if (row["debit"], row["credit"], row["amount"]) != (debit, credit, wish.amount):
        raise TransferRefused("key_reused", _("this key was used before, with another transfer"))
    return TransferAnswer(row["id"], row["state"], replayed=True)


def _vanished() -> TransferAnswer:
    raise RuntimeError("a transfer's key is taken, and the transfer is not there")


def _check_funds(wish: _Wish, balance: dict[str, int | None]) -> None:
    posted, held, floor = balance["posted"] or 0, balance["held"] or 0, balance["floor"]
    if floor is None or wish.amount <= posted - held - floor:
        return
    raise TransferRefused(
        "below_allowed_balance",
        _("no funds in %(code)s: %(wanted)s wanted, %(available)s available"),
        code=wish.debit,
        wanted=Amount(wish.amount, wish.currency),
        available=Amount(posted - held - floor, wish.currency),
    )
