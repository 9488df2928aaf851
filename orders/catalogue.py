"""The shop: products with stock, customers with wallets, the accounts of the house in their currencies."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from django.utils.translation import gettext as _

from jobs import db
from orders.audit import write_audit
from orders.rules import money
from orders.statements import sql
from orders.transfer import TransferAnswer, transfer

ACTOR = "command:catalogue"


class NewProduct(TypedDict):
    """A product, its price in minor units, and the units there are of it at first (none)."""

    sku: str
    name: str
    currency: str
    price: int
    on_hand: NotRequired[int]


class NewCustomer(TypedDict):
    """A customer with one wallet for each currency, empty at first and never below zero."""

    code: str
    name: str
    currencies: Sequence[str]
    email: NotRequired[str]


class ProductChange(TypedDict, total=False):
    """What may change about a product; what is not named stays. The price is in minor units."""

    name: str
    price: int
    active: bool


class CustomerChange(TypedDict, total=False):
    """What may change about a customer; what is not named stays."""

    name: str
    email: str
    active: bool


class UnknownProduct(LookupError):
    """There is no such product."""


class UnknownCustomer(LookupError):
    """There is no such customer."""


class AlreadyRestocked(Exception):
    """These units were put on the shelf before, with the same key."""


def wallet_code(customer: str, currency: str) -> str:
    """The code of a customer's account: ``wallet:C001:EUR``."""
    return f"wallet:{customer}:{currency}"


async def add_products(rows: Sequence[NewProduct], *, actor: str = ACTOR, reason: str = "") -> int:
    """Add the products whose SKU is new, with their stock and the house's accounts in their currencies; the
    others stay as they are. Returns how many.
    """
    for row in rows:
        money.decimals(row["currency"])
    products = [(row["sku"], row["name"], row["currency"], row["price"]) for row in rows]
    async with db.transaction() as tx:
        added = await tx.conn.fetch(sql("insert_products"), *db.by_column(products, 4))
        skus = {row["sku"] for row in added}
        stock = [(row["sku"], row.get("on_hand", 0)) for row in rows if row["sku"] in skus]
        await tx.conn.execute(sql("insert_stock"), *db.by_column(stock, 2))
        opened = await _open_house(tx, [row["currency"] for row in rows if row["sku"] in skus])
        if skus:
            await write_audit(
                tx,
                actor=actor,
                action="product.add",
                subject=_subject("product", skus),
                reason=reason,
                data={"products": dict(sorted(stock)), "accounts": opened},
            )
    return len(skus)


async def add_customers(rows: Sequence[NewCustomer], *, actor: str = ACTOR, reason: str = "") -> int:
    """Add the customers whose code is new, and every wallet that is missing, with the house's accounts in its
    currency. Returns how many customers.
    """
    people = [(row["code"], row["name"], row.get("email", "")) for row in rows]
    wallets = [(row["code"], row["name"], currency) for row in rows for currency in row["currencies"]]
    async with db.transaction() as tx:
        added = await tx.conn.fetch(sql("insert_customers"), *db.by_column(people, 3))
        opened = await _open_wallets(tx, wallets)
        if added or opened:
            await write_audit(
                tx,
                actor=actor,
                action="customer.add",
                subject=_subject("customer", {row["code"] for row in rows}),
                reason=reason,
                data={"customers": sorted(row["code"] for row in added), "accounts": opened},
            )
    return len(added)


async def change_product(
    sku: str, change: ProductChange, *, more: int = 0, key: UUID | None = None, actor: str, reason: str
) -> None:
    """Change a product, and put ``more`` units of it on the shelf; the same ``key`` does so once. Orders keep
    the price they came in at. Raises UnknownProduct, AlreadyRestocked, ValueError.
    """
    if more < 0:
        raise ValueError("a restock takes no units away")
    async with db.transaction() as tx:
        before = await tx.conn.fetchrow(sql("lock_product"), sku)
        if before is None:
            raise UnknownProduct(_("there is no product %(sku)s") % {"sku": sku})
        if changed := _changed(dict(before), change):
            after = {**before, **change}
            await tx.conn.execute(sql("change_product"), sku, after["name"], after["price"], after["active"])
        about = {"actor": actor, "subject": f"product:{sku}", "reason": reason}
        if more:
            await tx.conn.execute(sql("change_stock"), [sku], [more], [0])
            if key and await tx.conn.fetchval(sql("find_restock"), about["subject"], str(key)):
                raise AlreadyRestocked(sku)
        if changed:
            await write_audit(tx, action="product.change", data=changed, **about)
        if more:
            await write_audit(tx, action="stock.add", data={"quantity": more, "key": key}, **about)


async def change_customer(
    code: str, change: CustomerChange, *, wallets: Sequence[str] = (), actor: str, reason: str
) -> None:
    """Change a customer, and open the wallets in these currencies that are missing. One who is not active
    orders nothing more. Raises UnknownCustomer.
    """
    async with db.transaction() as tx:
        before = await tx.conn.fetchrow(sql("lock_customer"), code)
        if before is None:
            raise UnknownCustomer(_("there is no customer %(code)s") % {"code": code})
        changed, after = _changed(dict(before), change), {**before, **change}
        if changed:
            await tx.conn.execute(
                sql("change_customer"), code, after["name"], after["email"], after["active"]
            )
        opened = await _open_wallets(tx, [(code, after["name"], currency) for currency in wallets])
        if changed or opened:
            await write_audit(
                tx,
                actor=actor,
                action="customer.change",
                subject=f"customer:{code}",
                reason=reason,
                data=changed | ({"accounts": opened} if opened else {}),
            )


def _subject(kind: str, keys: Collection[str]) -> str:
    """What an audit row is about: the one there is, or all of the kind."""
    return f"{kind}:{next(iter(keys))}" if len(keys) == 1 else f"{kind}s"


def _changed(before: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Field → [before, after] of what is another value."""
    return {name: [before[name], value] for name, value in change.items() if before[name] != value}


async def _open_house(tx: db.Transaction, currencies: Iterable[str]) -> list[str]:
    """Open ``cash:XXX`` (the world outside) and ``revenue:XXX``, without a floor. Returns the new ones."""
    accounts = [
        (f"{kind}:{currency}", f"{name} {currency}", currency, None)
        for currency in sorted(set(currencies))
        for kind, name in (("cash", "Cash"), ("revenue", "Revenue"))
    ]
    return await _open_accounts(tx, accounts, floor=None)


async def _open_wallets(tx: db.Transaction, wallets: Sequence[tuple[str, str, str]]) -> list[str]:
    """Open those of (customer, name, currency) that are missing, and what the house needs beside them."""
    house = await _open_house(tx, (currency for _code, _name, currency in wallets))
    accounts = [
        (wallet_code(code, currency), f"{name}, {currency}", currency, code)
        for code, name, currency in wallets
    ]
    return sorted(house + await _open_accounts(tx, accounts, floor=0))


async def _open_accounts(
    tx: db.Transaction, accounts: Sequence[tuple[str, str, str, str | None]], *, floor: int | None
) -> list[str]:
    """Open those of (code, name, currency, customer) that are new, each with its balance of nothing."""
    for _code, _name, currency, _customer in accounts:
        money.decimals(currency)
    rows = await tx.conn.fetch(sql("insert_accounts"), *db.by_column(accounts, 4))
    if rows:
        await tx.conn.execute(sql("insert_balances"), [row["id"] for row in rows], floor)
    return sorted(row["code"] for row in rows)


async def deposit(
    customer: str, currency: str, amount: int, key: str | None, actor: str, reason: str
) -> TransferAnswer:
    """Pay ``amount`` minor units from the house's cash into a customer's wallet. Raises TransferRefused."""
    return await transfer(
        debit=f"cash:{currency}",
        credit=wallet_code(customer, currency),
        amount=amount,
        currency=currency,
        key=key,
        actor=actor,
        reason=reason,
    )


async def restock(sku: str, quantity: int, actor: str, reason: str) -> None:
    """Put ``quantity`` more units of a product on the shelf. Raises UnknownProduct, ValueError."""
    if quantity <= 0:
        raise ValueError("a restock adds at least one unit")
    await change_product(sku, {}, more=quantity, actor=actor, reason=reason)
