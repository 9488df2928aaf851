"""An order whose form is wrong: what else can be said of it at once, so that nobody mends it in rounds."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from jobs import away, db
from orders.admission import Full, admission
from orders.pricing import Problem, look_up, misfits
from orders.schema import MAX_LINES, Currency, Name

#: Seconds this may take: who is refused anyhow waits for no crowd.
PATIENCE = 1.0

_NAME: TypeAdapter[str] = TypeAdapter(Name)
_CURRENCY: TypeAdapter[str] = TypeAdapter(Currency)


class Named(NamedTuple):
    """What an order names where it should; None for what is no name."""

    customer: str | None
    currency: str | None
    skus: list[str | None]


async def unknown(raw: object) -> list[Problem]:
    """What the shop does not know of the customer, currency and products this names, where they are names.

    Nothing where the database is away, the house full or PATIENCE over: then what is known has to do.
    """
    (problems,) = await unknown_of_each([raw])
    return problems


async def unknown_of_each(raws: Sequence[object]) -> list[list[Problem]]:
    """The same of each of these, looked up together, with PATIENCE for all of them."""
    return await look([named(raw) for raw in raws])


async def look(named: Sequence[Named]) -> list[list[Problem]]:
    """The same of what each names."""
    codes = {each.customer for each in named if each.customer}
    wanted = {sku for each in named for sku in each.skus if sku}
    nothing: list[list[Problem]] = [[] for _each in named]
    if not codes and not wanted:
        return nothing
    try:
        async with asyncio.timeout(PATIENCE), admission().enter(1), db.connection() as conn:
            shop = await look_up(conn, codes, wanted)
    except (Full, *away.AWAY):
        return nothing
    return [misfits(shop, *each) for each in named]


def named(raw: object) -> Named:
    """What this order names; however large it is, that is not much."""
    order = raw if isinstance(raw, Mapping) else {}
    lines = order.get("lines")
    lines = lines if isinstance(lines, list) and len(lines) <= MAX_LINES else []
    skus = [_valid(_NAME, line.get("sku")) if isinstance(line, Mapping) else None for line in lines]
    return Named(_valid(_NAME, order.get("customer")), _valid(_CURRENCY, order.get("currency")), skus)


def _valid(kind: TypeAdapter[str], value: Any) -> str | None:
    try:
        return kind.validate_python(value, strict=True)
    except ValidationError:
        return None
